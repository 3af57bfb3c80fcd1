import { ChevronDown } from "lucide-react";
import { useId } from "react";
import styles from "./TextField.module.css";

type Props = {
  label: string;
  hint?: string;
  value: string;
  onChoose: (value: string) => void;
  choices: readonly (readonly [string, string])[];
};

/** One of many, by the list of the device. */
export function Select({ label, hint, value, onChoose, choices }: Props) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.box}>
        <select
          id={id}
          value={value}
          aria-describedby={hint === undefined ? undefined : `${id}-note`}
          onChange={(event) => onChoose(event.target.value)}
        >
          {choices.map(([key, text]) => (
            <option key={key} value={key}>
              {text}
            </option>
          ))}
        </select>
        <ChevronDown size={20} className={styles.arrow} aria-hidden />
      </div>
      {hint !== undefined && (
        <p id={`${id}-note`} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}
