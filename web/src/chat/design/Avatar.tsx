import { clsx } from "clsx";
import { Users } from "lucide-react";
import { useFile } from "../files/file";
import type { Person } from "../people/person";
import styles from "./Avatar.module.css";

type Size = "s" | "m" | "l" | "xl";

const HUES = 8;

/** The first letters of the first and the last name, without what stands before them. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== "" && !/^(dr|prof|mr|mrs|ms|mme|pr)\.?$/i.test(word));
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters
    .map((word) => Array.from(word ?? "")[0] ?? "")
    .join("")
    .toLocaleUpperCase();
}

/** The same person has the same colour everywhere. */
function hue(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  return sum % HUES;
}

type Pictured = Pick<Person, "id" | "fullName"> & Partial<Pick<Person, "avatar" | "presence">>;

/** A person's picture or initials, with a dot while they are online. The name always stands beside it. */
export function Avatar({ person, size = "m" }: { person: Pictured; size?: Size }) {
  const picture = useFile(person.avatar?.thumbnail?.url ?? person.avatar?.url);
  return (
    <span className={clsx(styles.avatar, styles[size])} data-hue={hue(person.id)} aria-hidden>
      {picture ? <img src={picture} alt="" /> : <span className={styles.initials}>{initials(person.fullName)}</span>}
      {person.presence?.isOnline && <span className={styles.dot} />}
    </span>
  );
}

/** The picture of a group. */
export function GroupAvatar({ id, size = "m" }: { id: string; size?: Size }) {
  return (
    <span className={clsx(styles.avatar, styles.group, styles[size])} data-hue={hue(id)} aria-hidden>
      <Users />
    </span>
  );
}
