import type { ReactNode } from "react";
import styles from "./Card.module.css";

type Props = { title?: string; lead?: string | undefined; children: ReactNode };

/** Settings that belong together. */
export function Card({ title, lead, children }: Props) {
  return (
    <section className={styles.card}>
      {title !== undefined && <h2>{title}</h2>}
      {lead !== undefined && <p className={styles.lead}>{lead}</p>}
      {children}
    </section>
  );
}
