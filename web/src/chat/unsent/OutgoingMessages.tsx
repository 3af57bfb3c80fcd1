import { CircleAlert, Clock } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useConnection } from "../api/socket";
import { FilePicture, FileProgress } from "../composer/Tray";
import { Button } from "../design/Button";
import { useFormats } from "../language/format";
import type { Attachment } from "./files";
import type { CardInput } from "./kept";
import { show, takeOver } from "./outbox";
import { notShown, useOutbox, type OutboxEntry } from "./useOutbox";
import styles from "./OutgoingMessages.module.css";

type Props = {
  conversationId: string;
  /** The server's messages that are shown: what is among them is not shown here. */
  messages: readonly { clientId: string | null }[];
};

/** What is on its way to the server, or was refused by it. Place it after the newest message. */
export function OutgoingMessages({ conversationId, messages }: Props) {
  const { t } = useTranslation();
  const { entries, retry, remove, edit } = useOutbox(conversationId);
  const left = notShown(entries, messages);

  useEffect(() => show(conversationId), [conversationId]);
  useEffect(() => {
    const there = new Set(messages.map((message) => message.clientId));
    void takeOver(conversationId, (clientId) => there.has(clientId));
  }, [conversationId, messages, entries]);

  if (left.length === 0) return null;
  return (
    <ul className={styles.list} aria-label={t("unsent.label")}>
      {left.map((entry) => (
        <Entry
          key={entry.clientId}
          entry={entry}
          onRetry={() => void retry(entry.clientId)}
          onRemove={() => void remove(entry.clientId)}
          onEdit={() => void edit(entry.clientId)}
        />
      ))}
    </ul>
  );
}

type EntryProps = { entry: OutboxEntry; onRetry: () => void; onRemove: () => void; onEdit: () => void };

function Entry({ entry, onRetry, onRemove, onEdit }: EntryProps) {
  const { t } = useTranslation();
  const { state, card, error } = entry;
  const isLive = useConnection() === "live";
  return (
    <li className={styles.entry} data-state={state} data-client={entry.clientId}>
      {entry.replyTo && (
        <p className={styles.quote} dir="auto">
          <strong>{entry.replyTo.sender}</strong> {entry.replyTo.excerpt}
        </p>
      )}
      {card && <CardLines card={card} />}
      {entry.attachments.map((file) => (
        <OutgoingFile key={file.id} file={file} isOver={state === "sent"} />
      ))}
      {entry.text !== "" && (
        <p className={styles.text} dir="auto">
          {entry.text}
        </p>
      )}
      <Foot entry={entry} />
      {error !== null && (
        <p className={styles.error} role="alert">
          <CircleAlert size={18} aria-hidden />
          <span>{t("conversation.notSent", { reason: error })}</span>
        </p>
      )}
      {error !== null && (
        <div className={styles.actions}>
          <Button look="plain" onClick={onRetry}>
            {t("unsent.retry")}
          </Button>
          {!card && (
            <Button look="plain" onClick={onEdit}>
              {t("unsent.edit")}
            </Button>
          )}
          <Button look="plain" onClick={onRemove}>
            {t("unsent.remove")}
          </Button>
        </div>
      )}
      {state === "waiting" && !isLive && (
        <div className={styles.actions}>
          <Button look="plain" onClick={onRemove}>
            {t("unsent.cancel")}
          </Button>
        </div>
      )}
    </li>
  );
}

function Foot({ entry: { state, isUrgent, createdAt } }: { entry: OutboxEntry }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <p className={styles.foot}>
      {isUrgent && <strong>{t("composer.urgent")}</strong>}
      <time dateTime={createdAt} title={formats.exact(createdAt)}>
        {formats.clock(createdAt)}
      </time>
      {state === "sent" ? (
        <span>{t("conversation.status.SENT")}</span>
      ) : (
        <>
          <span>{t(`unsent.${state}`)}</span>
          {state !== "failed" && <Clock size={13} aria-hidden />}
        </>
      )}
    </p>
  );
}

function OutgoingFile({ file, isOver }: { file: Attachment; isOver: boolean }) {
  const formats = useFormats();
  return (
    <div className={styles.file}>
      <FilePicture file={file} />
      <span className={styles.words}>
        <span className={styles.name} dir="auto">
          {file.name}
        </span>
        <span>{formats.size(file.size)}</span>
        {file.progress !== null && !isOver && <FileProgress file={file} />}
      </span>
    </div>
  );
}

function CardLines({ card }: { card: CardInput }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [kind, lines] = linesOf(card, formats.exact);
  return (
    <div className={styles.card}>
      <strong>{t(`cards.${kind}.title`)}</strong>
      {lines.map((line, index) => (
        <p key={index} dir="auto">
          {line}
        </p>
      ))}
    </div>
  );
}

function linesOf(card: CardInput, exact: (iso: string) => string) {
  if ("case" in card) return ["case", [card.case.summary]] as const;
  if ("prescription" in card) return ["prescription", [card.prescription.medication, card.prescription.dose]] as const;
  const { startsAt, place, link } = card.appointment;
  return ["appointment", [exact(startsAt), place ?? link ?? ""]] as const;
}
