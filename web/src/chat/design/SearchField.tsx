import { Search, X } from "lucide-react";
import { useRef, type Ref } from "react";
import { useTranslation } from "react-i18next";
import styles from "./SearchField.module.css";

type Props = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  ref?: Ref<HTMLInputElement>;
  keys?: string;
};

/** A field to search with; Escape empties it. */
export function SearchField({ label, value, onChange, ref, keys }: Props) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const clear = () => {
    onChange("");
    box.current?.querySelector("input")?.focus();
  };
  return (
    <div ref={box} className={styles.box} role="search">
      <Search size={18} aria-hidden />
      <input
        ref={ref}
        type="search"
        enterKeyHint="search"
        autoComplete="off"
        spellCheck={false}
        dir="auto"
        aria-label={label}
        aria-keyshortcuts={keys}
        placeholder={t("common.search")}
        value={value}
        maxLength={200}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || value === "") return;
          // The dialog around it stays open; a second Escape closes it.
          event.preventDefault();
          event.stopPropagation();
          clear();
        }}
      />
      {value !== "" && (
        <button type="button" aria-label={t("common.clear")} onClick={clear}>
          <X size={18} aria-hidden />
        </button>
      )}
    </div>
  );
}
