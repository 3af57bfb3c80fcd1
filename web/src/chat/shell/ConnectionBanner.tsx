import { CloudOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useRefused } from "../api/live";
import { useConnection } from "../api/socket";
import styles from "./ConnectionBanner.module.css";

/** A break shorter than this is nobody's business. */
const PATIENCE = 2_000;

/** A quiet line while what is shown may be out of date. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const isLost = useConnection() === "lost";
  const isRefused = useRefused();
  const isOld = isLost || isRefused;
  const [isShown, setShown] = useState(false);

  useEffect(() => {
    const timer = setTimeout(() => setShown(isOld), isOld ? PATIENCE : 0);
    return () => clearTimeout(timer);
  }, [isOld]);

  return (
    <div role="status">
      {isShown && isOld && (
        <p className={styles.banner}>
          <CloudOff size={18} aria-hidden />
          {t(isLost ? "connection.lost" : "connection.refused")}
        </p>
      )}
    </div>
  );
}
