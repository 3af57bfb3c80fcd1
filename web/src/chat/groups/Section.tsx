import { useId, type ReactNode } from "react";
import styles from "./Details.module.css";

type Props = { title: string; action?: ReactNode; children: ReactNode };

/** A part of the details under its title. */
export function Section({ title, action, children }: Props) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <div className={styles.title}>
        <h3 id={id}>{title}</h3>
        {action}
      </div>
      {children}
    </section>
  );
}
