import { Check, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Avatar } from "../design/Avatar";
import { calledName } from "./naming";
import { PeoplePicker } from "./PeoplePicker";
import type { Pickable } from "./person";
import styles from "./PersonPicker.module.css";

type Props = {
  chosen: readonly Pickable[];
  onChange: (chosen: Pickable[]) => void;
  /** Why somebody cannot be chosen, besides whom the viewer may not write to. */
  whyNot?: (person: Pickable) => string | null;
};

/** Picks several people; who was picked stands above, and can be taken out there. */
export function PersonPicker({ chosen, onChange, whyNot }: Props) {
  const { t } = useTranslation();
  const has = ({ id }: Pickable) => chosen.some((each) => each.id === id);
  const toggle = (person: Pickable) =>
    onChange(has(person) ? chosen.filter(({ id }) => id !== person.id) : [...chosen, person]);
  return (
    <>
      {chosen.length > 0 && (
        <ul className={styles.chosen} aria-label={t("people.chosen")}>
          {chosen.map((person) => (
            <li key={person.id}>
              <button
                type="button"
                className={styles.chip}
                aria-label={t("people.takeOut", { name: calledName(person) })}
                onClick={() => toggle(person)}
              >
                <Avatar person={{ ...person, presence: null }} size="s" />
                <bdi>{calledName(person)}</bdi>
                <X size={16} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <PeoplePicker
        onPick={toggle}
        isPicked={has}
        sign={(person) => (
          <span className={styles.tick} data-on={has(person) || undefined}>
            {has(person) && <Check size={16} aria-hidden />}
          </span>
        )}
        whyNot={(person) =>
          whyNot?.(person) ?? (person.viewerCanMessage.allowed ? null : person.viewerCanMessage.message)
        }
      />
    </>
  );
}
