import { BadgeCheck, Ban, Star } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Avatar } from "../design/Avatar";
import { aboutPerson, calledName } from "./naming";
import type { ListedPerson } from "./person";
import styles from "./PersonRow.module.css";

/** What a line about a person shows; whoever uses it says what a press does. `note` takes the place of what they are. */
export function PersonLine({ person, note, end }: { person: ListedPerson; note?: ReactNode; end?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <>
      <Avatar person={person} />
      <span className={styles.words}>
        <span className={styles.name}>
          <bdi>{calledName(person)}</bdi>
          {person.isVerified && (
            <BadgeCheck size={16} role="img" className={styles.verified} aria-label={t("common.verified")} />
          )}
          {person.contactWithViewer?.isFavourite && (
            <Star size={14} role="img" className={styles.favourite} aria-label={t("people.favourite")} />
          )}
          {person.isBlockedByViewer && (
            <Ban size={14} role="img" className={styles.blocked} aria-label={t("people.blocked")} />
          )}
        </span>
        <span className={note == null ? styles.about : styles.note}>
          {note ?? <bdi>{aboutPerson(person, t)}</bdi>}
          {person.presence?.isOnline && <span className="visually-hidden">, {t("common.online")}</span>}
        </span>
      </span>
      {end}
    </>
  );
}
