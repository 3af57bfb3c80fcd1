import { Check, CheckCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import styles from "./Ticks.module.css";

/** How far one's own message has come: one tick sent, two delivered, two coloured read. */
export function Ticks({ status }: { status: "SENT" | "DELIVERED" | "READ" }) {
  const { t } = useTranslation();
  const Icon = status === "SENT" ? Check : CheckCheck;
  return (
    <span className={styles.ticks} data-status={status}>
      <Icon size={16} aria-hidden />
      <span className="visually-hidden">{t(`conversation.status.${status}`)}</span>
    </span>
  );
}
