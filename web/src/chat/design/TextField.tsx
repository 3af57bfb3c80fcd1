import { clsx } from "clsx";
import { useId, type ComponentProps, type ReactNode } from "react";
import styles from "./TextField.module.css";

type Props = ComponentProps<"input"> & {
  label: string;
  hint?: string;
  /** What has to be mended; takes the place of the hint. */
  problem?: string | undefined;
  /** A button inside, at the end. */
  end?: ReactNode;
};

/** A field to write into, with its name above and what is wrong with it below. */
export function TextField({ label, hint, problem, end, className, ...rest }: Props) {
  const id = useId();
  const note = problem ?? hint;
  return (
    <div className={clsx(styles.field, className)}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.box}>
        <input
          id={id}
          aria-invalid={problem !== undefined || undefined}
          aria-describedby={note === undefined ? undefined : `${id}-note`}
          {...rest}
        />
        {end}
      </div>
      {note !== undefined && (
        <p id={`${id}-note`} className={problem === undefined ? styles.hint : styles.problem}>
          {note}
        </p>
      )}
    </div>
  );
}
