import { createContext } from "react";

/** Somebody of the demo clinic, as `/demo.json` tells. */
export type Person = {
  username: string;
  fullName: string;
  role: string;
  title: string | null;
  password: string;
  token: string;
};

/** The demo accounts, for the parts of the page inside GraphiQL. */
export const People = createContext<Person[]>([]);

const CHOSEN = "bedside:graphiql:person";

/** The demo accounts; none on a server that is not for trying things. */
export async function demoPeople(): Promise<Person[]> {
  const response = await fetch("/demo.json");
  if (!response.ok) return [];
  const { people } = (await response.json()) as { people: Person[] };
  return people;
}

/** Whom the page opens signed in as: who was chosen last, else a clinician. */
export function firstPerson(people: Person[]): Person | undefined {
  const chosen = localStorage.getItem(CHOSEN);
  return (
    people.find(({ username }) => username === chosen) ?? people.find(({ role }) => role === "CLINICIAN") ?? people[0]
  );
}

/** Remembers who was chosen, for the next visit. */
export function choose({ username }: Person): void {
  localStorage.setItem(CHOSEN, username);
}

/** The headers of a tab, as the editor shows them. */
export function headersOf(person: Person | undefined): string {
  if (person) return JSON.stringify({ Authorization: `Bearer ${person.token}` }, null, 2);
  return '{\n  // Run Login or Register, and put the accessToken here:\n  // "Authorization": "Bearer …"\n}';
}

/** Whose token the headers have. */
export function personOf(headers: string | null | undefined, people: Person[]): Person | undefined {
  return people.find(({ token }) => headers?.includes(token));
}
