import { Ban, EllipsisVertical, Forward, SmilePlus, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useViewer } from "../../api/viewer";
import { Avatar } from "../../design/Avatar";
import type { Message } from "../fields";
import type { MessageRow } from "../rows";
import { Audio } from "./Audio";
import { CardView } from "./CardView";
import { Document, Video } from "./Files";
import { Foot } from "./Foot";
import { MessageText } from "./MessageText";
import { Pictures } from "./Pictures";
import { Quote } from "./Quote";
import { Reactions } from "./Reactions";
import { useMessageContext, useTab, type Point } from "./context";
import styles from "./Bubble.module.css";

function below(element: HTMLElement): Point {
  const { left, bottom } = element.getBoundingClientRect();
  return { x: left, y: bottom };
}

/** What somebody sent. `editor` takes the place of the text while it is edited. */
export function Bubble({ row, editor }: { row: MessageRow; editor: ReactNode }) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const { isGroup } = useMessageContext();
  const { message, isFirst, isLast } = row;
  const isOwn = message.sender.id === viewer.id;
  const isDeleted = message.deletedAt !== null;
  const showsUrgent = message.isUrgent && !isDeleted;
  return (
    <div className={styles.line} data-own={isOwn || undefined} data-group={isGroup || undefined}>
      {isGroup && !isOwn && <span className={styles.who}>{isLast && <Avatar person={message.sender} size="s" />}</span>}
      <div className={styles.column}>
        <div
          className={styles.bubble}
          data-first={isFirst || undefined}
          data-last={isLast || undefined}
          data-urgent={showsUrgent || undefined}
          data-deleted={isDeleted || undefined}
          data-editing={editor !== null || undefined}
        >
          {isFirst && isGroup && !isOwn && (
            <p className={styles.sender}>
              <bdi>{message.sender.fullName}</bdi>
              {message.sender.title !== null && <span className={styles.title}>{message.sender.title}</span>}
            </p>
          )}
          {showsUrgent && (
            <p className={styles.urgent}>
              <TriangleAlert size={14} aria-hidden />
              {t("message.urgent")}
            </p>
          )}
          {message.isForwarded && !isDeleted && (
            <p className={styles.forwarded}>
              <Forward size={14} aria-hidden />
              {message.forwardedFrom
                ? t("message.forwardedFrom", { name: message.forwardedFrom.sender.fullName })
                : t("message.forwarded")}
            </p>
          )}
          {isDeleted ? <Tombstone message={message} /> : (editor ?? <Content message={message} />)}
        </div>
        <Reactions message={message} />
      </div>
      {editor === null && <Buttons message={message} />}
    </div>
  );
}

function Content({ message }: { message: Message }) {
  const pictures = message.attachments.filter((file) => file.kind === "IMAGE");
  const files = message.attachments.filter((file) => file.kind !== "IMAGE");
  return (
    <>
      {message.replyTo && <Quote quoted={message.replyTo} />}
      {pictures.length > 0 && <Pictures files={pictures} />}
      {files.map((file) => {
        const View = file.kind === "AUDIO" ? Audio : file.kind === "VIDEO" ? Video : Document;
        return <View key={file.id} messageId={message.id} file={file} />;
      })}
      {message.card && <CardView card={message.card} />}
      <div className={styles.words}>
        {message.text !== "" && <MessageText text={message.text} mentions={message.mentions} />}
        <Foot message={message} />
      </div>
    </>
  );
}

function Tombstone({ message }: { message: Message }) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const by = message.deletedBy;
  const text =
    by && by.id !== message.sender.id
      ? t("message.retracted", { name: by.fullName })
      : by?.id === viewer.id
        ? t("message.deletedByYou")
        : t(by ? "conversations.deleted" : "message.vanished");
  return (
    <div className={styles.words}>
      <p className={styles.tombstone}>
        <Ban size={15} aria-hidden />
        <span>
          {text}
          {message.deleteReason !== null && (
            <span dir="auto"> {t("message.reason", { reason: message.deleteReason })}</span>
          )}
        </span>
      </p>
      <Foot message={message} />
    </div>
  );
}

/** For the pointer: the keyboard has Enter on the message, which opens the same menu. */
function Buttons({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { openMenu, openReactions } = useMessageContext();
  const tab = useTab();
  return (
    <span className={styles.buttons}>
      {message.deletedAt === null && (
        <button
          type="button"
          className={styles.button}
          data-pointer
          tabIndex={tab}
          aria-label={t("actions.react")}
          title={t("actions.react")}
          onClick={(event) => openReactions(message, below(event.currentTarget))}
        >
          <SmilePlus size={18} aria-hidden />
        </button>
      )}
      <button
        type="button"
        className={styles.button}
        tabIndex={tab}
        aria-label={t("actions.more")}
        title={t("actions.more")}
        aria-haspopup="menu"
        onClick={(event) => openMenu(message, below(event.currentTarget))}
      >
        <EllipsisVertical size={18} aria-hidden />
      </button>
    </span>
  );
}
