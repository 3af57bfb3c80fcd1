import { useTranslation } from "react-i18next";
import styles from "./MessageSkeleton.module.css";

const WIDTHS = [44, 62, 30, 52, 38, 58, 26];

/** Messages that are on their way. */
export function MessageSkeleton() {
  const { t } = useTranslation();
  return (
    <div className={styles.skeleton} role="status" aria-label={t("common.loading")}>
      {WIDTHS.map((width, index) => (
        <span key={index} style={{ width: `${width}%` }} data-own={index % 3 === 1 || undefined} aria-hidden />
      ))}
    </div>
  );
}
