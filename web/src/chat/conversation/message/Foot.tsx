import { Pin } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Ticks } from "../../design/Ticks";
import { useFormats } from "../../language/format";
import type { Message } from "../fields";
import { useMessageContext, useTab } from "./context";
import styles from "./Foot.module.css";

const HOUR = 3600_000;

/** Below a message: when it was sent, whether it was edited, how far it has come. */
export function Foot({ message }: { message: Message }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { now, openVersions } = useMessageContext();
  const tab = useTab();
  const age = now - Date.parse(message.createdAt);
  const shown =
    age < 60_000
      ? t("message.now")
      : age < HOUR
        ? formats.minutesAgo(message.createdAt, now)
        : formats.clock(message.createdAt);
  const exact = formats.exact(message.createdAt);
  return (
    <div className={styles.foot}>
      {message.pinnedAt !== null && message.deletedAt === null && (
        <span title={t("message.pinned")}>
          <Pin size={12} aria-hidden />
          <span className="visually-hidden">{t("message.pinned")}</span>
        </span>
      )}
      {message.editedAt !== null && message.deletedAt === null && (
        <button
          type="button"
          className={styles.edited}
          tabIndex={tab}
          title={formats.exact(message.editedAt)}
          onClick={() => openVersions(message)}
        >
          {t("message.edited")}
        </button>
      )}
      <time dateTime={message.createdAt} title={exact}>
        <span className={styles.shown}>{shown}</span>
        <span className={styles.exact}>{exact}</span>
      </time>
      {message.status !== null && message.deletedAt === null && <Ticks status={message.status} />}
    </div>
  );
}
