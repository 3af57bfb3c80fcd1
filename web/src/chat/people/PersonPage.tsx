import { ArrowLeft, BadgeCheck, MessageCircle, UserX } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { errorText } from "../api/errors";
import { useViewer } from "../api/viewer";
import { Avatar } from "../design/Avatar";
import { Button } from "../design/Button";
import { EmptyState } from "../design/EmptyState";
import { IconButton } from "../design/IconButton";
import { SkeletonList } from "../design/Skeleton";
import { useFormats, useMinute } from "../language/format";
import { ContactActions } from "./ContactActions";
import { calledName, standing } from "./naming";
import { Profile, type ProfiledPerson } from "./operations";
import { usePresence } from "./presence";
import { useOpenDirect } from "../conversations/useOpenDirect";
import styles from "./PersonPage.module.css";

/** One person: who they are, and what one can do with them. */
export function PersonPage({ id, onBack }: { id: string; onBack: () => void }) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  const [{ data, error, fetching, stale }] = useQuery({ query: Profile, variables: { id } });
  usePresence([id]);
  const person = data?.user;
  const isThere = person != null;
  useEffect(() => {
    // Beside the list the focus stays in it; where the page has taken its place it comes along.
    if (isThere && !document.activeElement?.checkVisibility()) heading.current?.focus({ preventScroll: true });
  }, [isThere]);

  return (
    <div className={styles.page}>
      <IconButton
        className={styles.back}
        label={t("common.back")}
        icon={<ArrowLeft size={22} aria-hidden />}
        onClick={onBack}
      />
      {person ? (
        <>
          <Who person={person} heading={heading} />
          {person.bio !== null && (
            <section className={styles.card}>
              <h2>{t("people.about")}</h2>
              <p className={styles.bio} dir="auto">
                {person.bio}
              </p>
            </section>
          )}
          <Facts person={person} />
        </>
      ) : fetching || stale ? (
        <SkeletonList count={3} label={t("common.loading")} />
      ) : (
        <EmptyState
          icon={<UserX size={32} />}
          title={error ? t("people.loadFailed") : t("people.gone")}
          lead={error ? errorText(error, t) : t("people.goneLead")}
        />
      )}
    </div>
  );
}

type WhoProps = { person: ProfiledPerson; heading: React.RefObject<HTMLHeadingElement | null> };

function Who({ person, heading }: WhoProps) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const { open, openingWith } = useOpenDirect();
  const { allowed, message } = person.viewerCanMessage;
  const isSelf = person.id === viewer.id;
  const known = person.contactWithViewer?.nickname != null;
  return (
    <header className={styles.who}>
      <Avatar person={person} size="xl" />
      <h1 ref={heading} tabIndex={-1} className={styles.name}>
        <bdi>{calledName(person)}</bdi>
        {person.isVerified && (
          <BadgeCheck size={22} role="img" className={styles.verified} aria-label={t("common.verified")} />
        )}
      </h1>
      <p className={styles.standing}>
        <bdi>{[known && person.fullName, standing(person, t)].filter(Boolean).join(" · ")}</bdi>
      </p>
      <Seen person={person} />
      {!isSelf && (
        <>
          <div className={styles.actions}>
            {(allowed || person.conversationWithViewer) && (
              <Button
                icon={<MessageCircle size={18} aria-hidden />}
                isBusy={openingWith === person.id}
                onClick={() => void open(person)}
              >
                {t("people.message")}
              </Button>
            )}
            <ContactActions person={person} />
          </div>
          {!allowed && !person.isBlockedByViewer && <p className={styles.reason}>{message}</p>}
        </>
      )}
    </header>
  );
}

function Seen({ person }: { person: ProfiledPerson }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useMinute();
  if (!person.presence) return null;
  const { isOnline, lastSeenAt } = person.presence;
  if (isOnline) return <p className={styles.online}>{t("common.online")}</p>;
  return lastSeenAt === null ? null : (
    <p className={styles.seen}>{t("people.seen", { when: formats.ago(lastSeenAt, now) })}</p>
  );
}

function Facts({ person }: { person: ProfiledPerson }) {
  const { t } = useTranslation();
  const facts = [
    [t("people.role"), person.isService ? t("people.service") : t(`roles.${person.role}`)],
    [t("people.specialization"), person.specialization],
    [t("people.institution"), person.institution],
    [t("people.username"), `@${person.username}`],
  ] as const;
  return (
    <section className={styles.card}>
      <dl className={styles.facts}>
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <div key={name}>
                <dt>{name}</dt>
                <dd dir="auto">{value}</dd>
              </div>
            ),
        )}
      </dl>
    </section>
  );
}
