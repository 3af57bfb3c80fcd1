import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { systemText } from "../../conversations/preview";
import { useFormats } from "../../language/format";
import { isSame, type MessageRow } from "../rows";
import { Bubble } from "./Bubble";
import { TabContext, useMessageContext } from "./context";
import { Editor } from "./Editor";
import styles from "./MessageRow.module.css";

type Props = {
  row: MessageRow;
  index: number;
  /** The one the keyboard is at. */
  isCurrent: boolean;
  isEditing: boolean;
  /** The one that was jumped to. */
  isTarget: boolean;
  /** What stands above the first message. */
  beginning: ReactNode;
};

/** A message in the list, with what stands above it: the day, the line at the first unread. */
export const MessageRowItem = memo(
  function MessageRowItem({ row, index, isCurrent, isEditing, isTarget, beginning }: Props) {
    const { t } = useTranslation();
    const formats = useFormats();
    const { now, stopEditing } = useMessageContext();
    const { message } = row;
    const system = message.system && systemText(message.system, message.sender.fullName, formats.list, t);
    const text =
      message.deletedAt !== null ? t("conversations.deleted") : message.excerpt || t(`kinds.${message.kind}`);
    return (
      <>
        {beginning}
        {row.startsDay && (
          <h2 className={styles.day}>
            <time dateTime={message.createdAt.slice(0, 10)}>{formats.day(message.createdAt, now)}</time>
          </h2>
        )}
        {row.isFirstUnread && (
          <p className={styles.unread}>
            <span>{t("message.firstUnread")}</span>
          </p>
        )}
        {/* A message can be gone to by keyboard: Enter opens what can be done with it. */}
        <article
          className={styles.message}
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={isCurrent ? 0 : -1}
          data-index={index}
          data-message={message.id}
          data-target={isTarget || undefined}
          aria-label={
            system ??
            t("message.label", { sender: message.sender.fullName, time: formats.exact(message.createdAt), text })
          }
        >
          <TabContext value={isCurrent ? 0 : -1}>
            {system !== null ? (
              <p className={styles.system} title={formats.exact(message.createdAt)}>
                {system}
              </p>
            ) : (
              <Bubble
                row={row}
                editor={isEditing ? <Editor message={message} onDone={() => stopEditing(message.id)} /> : null}
              />
            )}
          </TabContext>
        </article>
      </>
    );
  },
  (a, b) =>
    isSame(a.row, b.row) &&
    a.index === b.index &&
    a.isCurrent === b.isCurrent &&
    a.isEditing === b.isEditing &&
    a.isTarget === b.isTarget &&
    a.beginning === b.beginning,
);
