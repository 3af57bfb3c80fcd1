import { Avatar } from "../design/Avatar";
import type { Person } from "../people/person";
import styles from "./Mentions.module.css";

type Props = {
  id: string;
  label: string;
  people: readonly Person[];
  at: number;
  onChoose: (person: Person) => void;
};

/** The people whose name is being written; the keys are those of the text field. */
export function Mentions({ id, label, people, at, onChoose }: Props) {
  return (
    <div id={id} className={styles.list} role="listbox" aria-label={label}>
      {people.map((person, index) => (
        <div
          key={person.id}
          id={`${id}-${index}`}
          className={styles.person}
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          onPointerDown={(event) => {
            // The text field keeps the focus.
            event.preventDefault();
            onChoose(person);
          }}
        >
          <Avatar person={person} size="s" />
          <span className={styles.name} dir="auto">
            {person.fullName}
          </span>
          <span className={styles.username}>@{person.username}</span>
        </div>
      ))}
    </div>
  );
}
