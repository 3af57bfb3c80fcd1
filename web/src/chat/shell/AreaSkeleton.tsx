import { useTranslation } from "react-i18next";
import { SkeletonList } from "../design/Skeleton";
import styles from "./AreaSkeleton.module.css";

/** The shape of an area: a list with something beside it, or one column. */
export type AreaShape = "people" | "settings" | "column";

/** An area of the page whose code is on its way. */
export function AreaSkeleton({ shape }: { shape: AreaShape }) {
  const { t } = useTranslation();
  return (
    <div className={styles.area} data-shape={shape}>
      <div className={styles.side}>
        <span className={styles.title} aria-hidden />
        <SkeletonList label={t("common.loading")} />
      </div>
      {shape === "settings" && (
        <div className={styles.cards} aria-hidden>
          <span className={styles.title} />
          <span className={styles.card} />
          <span className={styles.card} />
        </div>
      )}
    </div>
  );
}
