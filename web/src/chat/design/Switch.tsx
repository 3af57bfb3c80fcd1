import { useId, type ReactNode } from "react";
import styles from "./Switch.module.css";

type Props = {
  label: string;
  hint?: ReactNode;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  isBusy?: boolean;
};

/** Something that is on or off, at once. */
export function Switch({ label, hint, isOn, onChange, isBusy = false }: Props) {
  const id = useId();
  return (
    <div className={styles.line}>
      <div>
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && (
          <p id={`${id}-hint`} className={styles.hint}>
            {hint}
          </p>
        )}
      </div>
      <input
        id={id}
        type="checkbox"
        role="switch"
        className={styles.switch}
        checked={isOn}
        aria-busy={isBusy || undefined}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={() => !isBusy && onChange(!isOn)}
      />
    </div>
  );
}
