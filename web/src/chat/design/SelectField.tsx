import { ChevronDown } from "lucide-react";
import styles from "./SelectField.module.css";

type Props<T extends string> = {
  label: string;
  /** What it says while nothing is chosen; without it something always is. */
  none?: string;
  value: T | null;
  onChoose: (value: T | null) => void;
  choices: readonly (readonly [T, string])[];
};

/** A small choice of many, such as a filter; it stands out while something is chosen. */
export function SelectField<T extends string>({ label, none, value, onChoose, choices }: Props<T>) {
  return (
    <span className={styles.field} data-chosen={(none !== undefined && value !== null) || undefined}>
      <select
        aria-label={label}
        value={value ?? ""}
        onChange={(event) => onChoose(choices.find(([key]) => key === event.target.value)?.[0] ?? null)}
      >
        {none !== undefined && <option value="">{none}</option>}
        {choices.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
      <ChevronDown size={16} aria-hidden />
    </span>
  );
}
