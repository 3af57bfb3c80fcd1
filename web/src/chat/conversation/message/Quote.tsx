import { useTranslation } from "react-i18next";
import type { Message } from "../fields";
import { useMessageContext, useTab } from "./context";
import styles from "./Quote.module.css";

/** The beginning of the message that this one answers; a press leads there. */
export function Quote({ quoted }: { quoted: NonNullable<Message["replyTo"]> }) {
  const { t } = useTranslation();
  const { jumpTo } = useMessageContext();
  const tab = useTab();
  const text = quoted.deletedAt === null ? quoted.excerpt || t(`kinds.${quoted.kind}`) : t("conversations.deleted");
  return (
    <button
      type="button"
      className={styles.quote}
      tabIndex={tab}
      aria-label={t("message.jumpToQuote", { name: quoted.sender.fullName, text })}
      onClick={() => jumpTo(quoted.id)}
    >
      <bdi className={styles.name}>{quoted.sender.fullName}</bdi>
      <span className={styles.words} dir="auto">
        {text}
      </span>
    </button>
  );
}
