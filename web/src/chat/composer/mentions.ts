import type { Person } from "../people/person";

/** The beginning of a name that is being written after an @. */
export type Naming = { from: number; to: number; query: string };

const MOST = 6;
// As the server reads it: not inside a word, and a name has letters, digits, dots, dashes and underscores.
const AT = /(?:^|[^\p{L}\p{N}@])@([a-z0-9._-]*)$/iu;

/** Whether a name is being written where the caret stands. */
export function namingAt(text: string, caret: number): Naming | null {
  const match = AT.exec(text.slice(0, caret));
  const query = match?.[1];
  return query === undefined ? null : { from: caret - query.length - 1, to: caret, query: query.toLowerCase() };
}

/** The people whose username or names begin so. */
export function matching(people: readonly Person[], query: string): Person[] {
  const fits = (person: Person) =>
    [person.username, ...person.fullName.split(/\s+/)].some((name) => fold(name).startsWith(fold(query)));
  return people.filter(fits).slice(0, MOST);
}

function fold(name: string): string {
  return name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The text with the name in it, and where the caret stands then. */
export function withName(text: string, naming: Naming, person: Pick<Person, "username">): [string, number] {
  const before = `${text.slice(0, naming.from)}@${person.username} `;
  return [before + text.slice(naming.to).replace(/^ /, ""), before.length];
}
