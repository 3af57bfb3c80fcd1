import { useTranslation } from "react-i18next";
import { Logo } from "../design/Logo";
import styles from "./Splash.module.css";

/** What is seen while the page opens. */
export function Splash() {
  const { t } = useTranslation();
  return (
    <div className={styles.splash} role="status" aria-label={t("app.loading")}>
      <Logo size={64} />
    </div>
  );
}
