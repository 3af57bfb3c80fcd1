import { useId, type ComponentProps } from "react";
import styles from "./TextField.module.css";

type Props = ComponentProps<"textarea"> & { label: string; hint?: string; problem?: string | undefined };

/** A field for several lines, with its name above and what is wrong with it below. */
export function TextArea({ label, hint, problem, ...rest }: Props) {
  const id = useId();
  const note = problem ?? hint;
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.box}>
        <textarea
          id={id}
          dir="auto"
          aria-invalid={problem !== undefined || undefined}
          aria-describedby={note === undefined ? undefined : `${id}-note`}
          {...rest}
        />
      </div>
      {note !== undefined && (
        <p id={`${id}-note`} className={problem === undefined ? styles.hint : styles.problem}>
          {note}
        </p>
      )}
    </div>
  );
}
