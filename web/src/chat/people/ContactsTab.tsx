import { UserPlus, Users } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { Button } from "../design/Button";
import { EmptyState } from "../design/EmptyState";
import { SearchField } from "../design/SearchField";
import { byFavourite, fits } from "./naming";
import { Failed, People, PersonLink, Waiting } from "./PeopleList";
import { usePresence } from "./presence";
import { useContacts } from "./useContacts";
import styles from "./People.module.css";

/** The viewer's contacts, the favourites on top. */
export function ContactsTab() {
  const { t, i18n } = useTranslation();
  const [, go] = useLocation();
  const [words, setWords] = useState("");
  const { contacts, error, retry } = useContacts("ACCEPTED");
  usePresence(contacts?.map(({ user }) => user.id) ?? []);
  if (!contacts) return error ? <Failed error={error} retry={retry} /> : <Waiting />;
  if (contacts.length === 0) {
    return (
      <EmptyState
        icon={<Users size={32} />}
        title={t("people.noContacts")}
        lead={t("people.noContactsLead")}
        action={
          <Button icon={<UserPlus size={18} aria-hidden />} onClick={() => go("/people/find")}>
            {t("people.find")}
          </Button>
        }
      />
    );
  }
  const found = contacts.filter(({ user }) => fits(user, words));
  const { favourites, others } = byFavourite(found, i18n.language);
  const lines = (some: typeof found) =>
    some.map((contact) => <PersonLink key={contact.id} person={contact.user} tab="contacts" />);
  return (
    <>
      <div className={styles.search}>
        <SearchField label={t("people.searchContacts")} value={words} onChange={setWords} />
      </div>
      <div className={styles.scroll}>
        {favourites.length > 0 && <People title={t("people.favourites")}>{lines(favourites)}</People>}
        {others.length > 0 && (
          <People title={favourites.length > 0 ? t("people.others") : null}>{lines(others)}</People>
        )}
        <p role="status" className={styles.note}>
          {found.length === 0 && t("people.nobody")}
        </p>
      </div>
    </>
  );
}
