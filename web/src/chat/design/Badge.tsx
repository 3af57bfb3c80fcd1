import styles from "./Badge.module.css";

/** A number that wants to be looked at. `label` says it in words. */
export function Badge({ count, label, isQuiet = false }: { count: number; label: string; isQuiet?: boolean }) {
  return (
    <span className={styles.badge} data-quiet={isQuiet || undefined}>
      <span aria-hidden>{count > 99 ? "99+" : count}</span>
      <span className="visually-hidden">{label}</span>
    </span>
  );
}
