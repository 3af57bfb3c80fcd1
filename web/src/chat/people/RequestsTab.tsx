import { Inbox } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useAct } from "../api/act";
import { Button } from "../design/Button";
import { EmptyState } from "../design/EmptyState";
import { say } from "../design/toasts";
import { InvitationsReceived } from "../groups/InvitationsReceived";
import { useInvitations } from "../groups/useInvitations";
import { useFormats, useMinute } from "../language/format";
import { calledName } from "./naming";
import { RemoveContact, RespondToContact } from "./operations";
import { Failed, People, personPath, Waiting } from "./PeopleList";
import { PersonLine } from "./PersonRow";
import type { ListedContact } from "./person";
import { useContacts } from "./useContacts";
import styles from "./People.module.css";

/** What waits for an answer: of the viewer first, then of others. */
export function RequestsTab() {
  const { t } = useTranslation();
  const received = useContacts("RECEIVED");
  const sent = useContacts("SENT");
  const invitations = useInvitations();
  const error = received.error ?? sent.error;
  if (!received.contacts || !sent.contacts || !invitations) {
    return error ? <Failed error={error} retry={received.retry} /> : <Waiting />;
  }
  if (received.contacts.length + sent.contacts.length + invitations.length === 0) {
    return <EmptyState icon={<Inbox size={32} />} title={t("people.noRequests")} lead={t("people.noRequestsLead")} />;
  }
  return (
    <div className={styles.scroll}>
      {invitations.length > 0 && <InvitationsReceived invitations={invitations} />}
      {received.contacts.length > 0 && (
        <People title={t("people.toAnswer")}>
          {received.contacts.map((contact) => (
            <Received key={contact.id} contact={contact} />
          ))}
        </People>
      )}
      {sent.contacts.length > 0 && (
        <People title={t("people.sent")}>
          {sent.contacts.map((contact) => (
            <Sent key={contact.id} contact={contact} />
          ))}
        </People>
      )}
    </div>
  );
}

function RequestLine({ contact, children }: { contact: ListedContact; children: ReactNode }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useMinute();
  return (
    <li className={styles.line}>
      <Link href={personPath(contact.user.id, "requests")}>
        <PersonLine person={contact.user} note={t("people.asked", { when: formats.ago(contact.createdAt, now) })} />
      </Link>
      <span className={styles.answers}>{children}</span>
    </li>
  );
}

function Received({ contact }: { contact: ListedContact }) {
  const { t } = useTranslation();
  const [busy, respond] = useAnswer(contact);
  const name = calledName(contact.user);
  return (
    <RequestLine contact={contact}>
      <Button
        look="soft"
        isBusy={busy === "decline"}
        aria-label={t("people.declineName", { name })}
        onClick={() => void respond(false)}
      >
        {t("people.decline")}
      </Button>
      <Button
        isBusy={busy === "accept"}
        aria-label={t("people.acceptName", { name })}
        onClick={() => void respond(true)}
      >
        {t("people.accept")}
      </Button>
    </RequestLine>
  );
}

/** How the viewer answers a request, and which answer is on its way. */
export function useAnswer(contact: { id: string; user: { fullName: string } }) {
  const { t } = useTranslation();
  const act = useAct();
  const [busy, setBusy] = useState<"accept" | "decline" | null>(null);
  const respond = async (accept: boolean) => {
    setBusy(accept ? "accept" : "decline");
    const done = await act(RespondToContact, { input: { contactId: contact.id, accept } });
    setBusy(null);
    if (done) say(accept ? t("people.accepted", { name: contact.user.fullName }) : t("people.declined"));
  };
  return [busy, respond] as const;
}

function Sent({ contact }: { contact: ListedContact }) {
  const { t } = useTranslation();
  const act = useAct();
  const [isBusy, setBusy] = useState(false);
  const withdraw = async () => {
    setBusy(true);
    if (!(await act(RemoveContact, { input: { contactId: contact.id } }))) setBusy(false);
  };
  return (
    <RequestLine contact={contact}>
      <Button
        look="soft"
        isBusy={isBusy}
        aria-label={t("people.withdrawName", { name: calledName(contact.user) })}
        onClick={() => void withdraw()}
      >
        {t("people.withdraw")}
      </Button>
    </RequestLine>
  );
}
