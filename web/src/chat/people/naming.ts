import type { TFunction } from "i18next";
import type { Contact, ListedPerson, Person } from "./person";

/** Somebody with a name, and perhaps one that the viewer gave them. */
export type Named = Pick<Person, "fullName"> & { contactWithViewer?: Pick<Contact, "nickname"> | null };

/** What the viewer calls somebody. */
export function calledName(person: Named): string {
  return person.contactWithViewer?.nickname ?? person.fullName;
}

/** What somebody is, in a few words: their title, or what they are to the clinic. */
export function standing(person: Pick<Person, "title" | "role">, t: TFunction): string {
  return person.title ?? t(`roles.${person.role}`);
}

/** What stands under the name of somebody in a list. */
export function aboutPerson(person: ListedPerson, t: TFunction): string {
  const fullName = person.contactWithViewer?.nickname != null ? person.fullName : null;
  return [fullName, standing(person, t), person.specialization, person.institution].filter(Boolean).join(" · ");
}

/** Favourites first, then by what the viewer calls them. */
export function byFavourite<C extends Pick<Contact, "isFavourite" | "nickname"> & { user: Named }>(
  contacts: readonly C[],
  language: string,
): { favourites: C[]; others: C[] } {
  const { compare } = new Intl.Collator(language, { sensitivity: "base" });
  const name = (contact: C) => contact.nickname ?? contact.user.fullName;
  const sorted = [...contacts].sort((a, b) => compare(name(a), name(b)));
  return {
    favourites: sorted.filter((contact) => contact.isFavourite),
    others: sorted.filter((contact) => !contact.isFavourite),
  };
}

const plain = (text: string) =>
  text
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLocaleLowerCase();

/** Whether every word begins a word of what is known about somebody; accents and case do not matter. */
export function fits(person: ListedPerson, words: string): boolean {
  const { fullName, username, title, specialization, institution, contactWithViewer } = person;
  const known = [contactWithViewer?.nickname, fullName, username, title, specialization, institution];
  const beginnings = plain(known.filter(Boolean).join(" ")).split(/\s+/);
  return plain(words)
    .split(/\s+/)
    .every((word) => beginnings.some((beginning) => beginning.startsWith(word)));
}
