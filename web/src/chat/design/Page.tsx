import type { ReactNode } from "react";
import styles from "./Page.module.css";

/** A page of its own beside the chats, such as the settings. */
export function Page({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{title}</h1>
        {actions}
      </header>
      <div className={styles.body}>{children}</div>
    </div>
  );
}
