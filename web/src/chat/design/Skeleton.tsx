import styles from "./Skeleton.module.css";

/** Lines of a list that is on its way. */
export function SkeletonList({ count = 8, label }: { count?: number; label: string }) {
  return (
    <div role="status" aria-label={label}>
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className={styles.row} aria-hidden>
          <span className={styles.circle} />
          <span className={styles.lines}>
            <span />
            <span />
          </span>
        </div>
      ))}
    </div>
  );
}
