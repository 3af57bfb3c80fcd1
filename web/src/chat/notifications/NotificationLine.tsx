import { AtSign, Reply, Siren, UserPlus, UsersRound, X, type LucideIcon } from "lucide-react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { Link } from "wouter";
import { Avatar } from "../design/Avatar";
import { IconButton } from "../design/IconButton";
import { useFormats, useMinute } from "../language/format";
import { useChange } from "../api/useChange";
import { placeOf, type Notification } from "./notification";
import { DeleteNotification, MarkNotificationsRead } from "./operations";
import styles from "./Notifications.module.css";

const SIGNS: Record<Notification["kind"], LucideIcon> = {
  CONTACT_REQUEST: UserPlus,
  GROUP_INVITE: UsersRound,
  MENTION: AtSign,
  MESSAGE_REPLY: Reply,
  NEW_MESSAGE: Reply,
  URGENT_MESSAGE: Siren,
};

function words({ kind, actor, conversation, invitation }: Notification, t: TFunction): string {
  const name = actor?.fullName ?? t("notifications.somebody");
  const group = invitation?.conversationTitle ?? conversation?.title;
  if (kind === "GROUP_INVITE")
    return t("notifications.GROUP_INVITE", { name, group: group ?? t("notifications.aGroup") });
  if (kind === "CONTACT_REQUEST") return t("notifications.CONTACT_REQUEST", { name });
  return group == null ? t(`notifications.${kind}`, { name }) : t(`notifications.${kind}_IN`, { name, group });
}

/** An entry of the inbox, which leads to what it tells of. */
export function NotificationLine({ entry }: { entry: Notification }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useMinute();
  const [, mark] = useMutation(MarkNotificationsRead);
  const [, remove] = useMutation(DeleteNotification);
  const { change, isBusy } = useChange();
  const place = placeOf(entry);
  const Sign = SIGNS[entry.kind];
  const excerpt = entry.message?.deletedAt == null ? entry.message?.excerpt : t("conversations.deleted");

  const read = () => {
    if (!entry.isRead) void mark({ input: { ids: [entry.id] } });
  };
  const content = (
    <>
      <span className={styles.picture}>
        {entry.actor && <Avatar person={{ ...entry.actor, presence: null }} />}
        <span className={styles.sign} data-kind={entry.kind}>
          <Sign size={14} aria-hidden />
        </span>
      </span>
      <span className={styles.words}>
        <span className={styles.what} dir="auto">
          {!entry.isRead && <span className="visually-hidden">{t("notifications.unread")} </span>}
          {words(entry, t)}
        </span>
        {excerpt != null && excerpt !== "" && (
          <span className={styles.excerpt} dir="auto">
            {excerpt}
          </span>
        )}
        {place === null && <span className={styles.excerpt}>{t("notifications.gone")}</span>}
        <time className={styles.when} dateTime={entry.createdAt} title={formats.exact(entry.createdAt)}>
          {formats.ago(entry.createdAt, now)}
        </time>
      </span>
    </>
  );
  return (
    <li className={styles.line} data-unread={!entry.isRead || undefined}>
      {place === null ? (
        <div className={styles.entry}>{content}</div>
      ) : (
        <Link href={place} className={styles.entry} onClick={read}>
          {content}
        </Link>
      )}
      <IconButton
        label={t("notifications.remove")}
        icon={<X size={18} aria-hidden />}
        aria-busy={isBusy || undefined}
        onClick={() => void change(remove({ input: { id: entry.id } }), (data) => data.deleteNotification)}
      />
    </li>
  );
}
