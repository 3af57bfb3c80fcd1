import type { ReactNode } from "react";
import styles from "./EmptyState.module.css";

type Props = { icon: ReactNode; title: string; lead?: string | undefined; action?: ReactNode };

/** What stands where nothing is: why, and what to do. */
export function EmptyState({ icon, title, lead, action }: Props) {
  return (
    <div className={styles.empty}>
      <span className={styles.icon} aria-hidden>
        {icon}
      </span>
      <h2>{title}</h2>
      {lead !== undefined && <p>{lead}</p>}
      {action}
    </div>
  );
}
