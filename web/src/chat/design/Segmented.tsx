import { useId } from "react";
import styles from "./Segmented.module.css";

type Props<T extends string> = {
  label: string;
  hint?: string;
  value: T;
  onChoose: (value: T) => void;
  choices: readonly (readonly [T, string])[];
};

/** A few choices side by side, of which one is taken. */
export function Segmented<T extends string>({ label, hint, value, onChoose, choices }: Props<T>) {
  const name = useId();
  return (
    <fieldset className={styles.choices} aria-describedby={hint === undefined ? undefined : `${name}-hint`}>
      <legend>{label}</legend>
      <div className={styles.row}>
        {choices.map(([key, text]) => (
          <label key={key}>
            <input type="radio" name={name} checked={key === value} onChange={() => onChoose(key)} />
            {text}
          </label>
        ))}
      </div>
      {hint !== undefined && (
        <p id={`${name}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
    </fieldset>
  );
}
