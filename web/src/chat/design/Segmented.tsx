import { useId } from "react";
import styles from "./Segmented.module.css";

type Props<T extends string> = {
  label: string;
  value: T;
  onChoose: (value: T) => void;
  choices: readonly (readonly [T, string])[];
};

/** A few choices side by side, of which one is taken. */
export function Segmented<T extends string>({ label, value, onChoose, choices }: Props<T>) {
  const name = useId();
  return (
    <fieldset className={styles.choices}>
      <legend>{label}</legend>
      <div className={styles.row}>
        {choices.map(([key, text]) => (
          <label key={key}>
            <input type="radio" name={name} checked={key === value} onChange={() => onChoose(key)} />
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
