import { UserX } from "lucide-react";
import { useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "../api/errors";
import { useViewer } from "../api/viewer";
import { moveByArrows } from "../design/arrowKeys";
import { EmptyState } from "../design/EmptyState";
import { OnSight } from "../design/OnSight";
import { SearchField } from "../design/SearchField";
import { SkeletonList } from "../design/Skeleton";
import { useLater } from "../design/useLater";
import { byFavourite } from "./naming";
import { PersonLine } from "./PersonRow";
import type { Pickable } from "./person";
import { usePresence } from "./presence";
import { useContacts } from "./useContacts";
import { useDirectory } from "./useDirectory";
import styles from "./PeoplePicker.module.css";

type Props = {
  onPick: (person: Pickable) => void;
  /** Who was picked before, where one picks several. */
  isPicked?: (person: Pickable) => boolean;
  /** Shown at the end of a line, such as a tick on those who were picked. */
  sign?: (person: Pickable) => ReactNode;
  /** Why somebody cannot be picked; without it, whom the viewer may not write to cannot. */
  whyNot?: (person: Pickable) => string | null;
};

/** A list of people to pick from: the viewer's contacts first, then everybody they may write to. */
export function PeoplePicker(props: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const query = useLater(typed.trim());
  return (
    // Arrow keys are a shortcut among buttons that Tab reaches as well.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={styles.picker} onKeyDown={moveByArrows}>
      <div className={styles.search}>
        <SearchField label={t("people.search")} value={typed} onChange={setTyped} />
      </div>
      {query === "" && <Contacts {...props} />}
      <Everybody key={query} query={query} {...props} />
    </div>
  );
}

function Contacts(props: Props) {
  const { t, i18n } = useTranslation();
  const { contacts: all } = useContacts("ACCEPTED");
  const { favourites, others } = useMemo(() => byFavourite(all ?? [], i18n.language), [all, i18n.language]);
  const contacts = [...favourites, ...others].map(({ user }) => user);
  usePresence(contacts.map((user) => user.id));

  if (contacts.length === 0) return null;
  return (
    <section aria-labelledby="contacts">
      <h3 id="contacts">{t("people.contacts")}</h3>
      <ul>
        {contacts.map((user) => (
          <li key={user.id}>
            <Choice person={user} {...props} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Everybody({ query, ...props }: Props & { query: string }) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const { people: found, error, more } = useDirectory({ query: query === "" ? null : query });
  const people = found?.filter(
    // Without a search the contacts stand above already.
    (person) => person.id !== viewer.id && (query !== "" || person.contactWithViewer?.state !== "ACCEPTED"),
  );

  return (
    <section aria-labelledby="everybody">
      <h3 id="everybody" className={people?.length === 0 ? "visually-hidden" : undefined}>
        {t("people.directory")}
      </h3>
      {!people && !error && <SkeletonList count={4} label={t("common.loading")} />}
      {error && <p role="alert">{errorText(error, t)}</p>}
      {people?.length === 0 && (
        <EmptyState icon={<UserX size={32} />} title={t("people.nobody")} lead={t("people.nobodyLead")} />
      )}
      <ul>
        {people?.map((person) => (
          <li key={person.id}>
            <Choice person={person} {...props} />
          </li>
        ))}
      </ul>
      {more && <OnSight onSight={more} />}
    </section>
  );
}

function Choice({ person, onPick, isPicked, sign, whyNot }: Props & { person: Pickable }) {
  const { allowed, message } = person.viewerCanMessage;
  const reason = whyNot ? whyNot(person) : allowed ? null : message;
  return (
    <button
      type="button"
      className={styles.person}
      data-item
      aria-pressed={isPicked?.(person)}
      aria-disabled={reason !== null || undefined}
      onClick={() => reason === null && onPick(person)}
    >
      <PersonLine person={person} note={reason} end={sign?.(person)} />
    </button>
  );
}
