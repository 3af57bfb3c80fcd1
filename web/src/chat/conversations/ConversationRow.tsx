import { BellOff, ClipboardList, FileText, Image, Lock, Mic, Pill, Star, CalendarDays, Video } from "lucide-react";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useViewer } from "../api/viewer";
import { Avatar, GroupAvatar } from "../design/Avatar";
import { Badge } from "../design/Badge";
import { Ticks } from "../design/Ticks";
import { useFormats, useMinute } from "../language/format";
import { useDraftText } from "../unsent/drafts";
import { isMuted, nameOf, previewOf } from "./preview";
import type { Row } from "./row";
import { RowMenu } from "./RowMenu";
import styles from "./ConversationRow.module.css";

const ICONS: Partial<Record<NonNullable<Row["lastMessage"]>["kind"], typeof Image>> = {
  APPOINTMENT: CalendarDays,
  AUDIO: Mic,
  CASE: ClipboardList,
  FILE: FileText,
  IMAGE: Image,
  MIXED: FileText,
  PRESCRIPTION: Pill,
  VIDEO: Video,
};

/** A line of the list: who, what was said last, when, and how much of it is new. */
export const ConversationRow = memo(function ConversationRow({ row, isOpen }: { row: Row; isOpen: boolean }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useMinute();
  const draft = useDraftText(row.id);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const at = row.lastMessage?.createdAt ?? row.updatedAt;
  return (
    // The menu has its own button; a right click or a long press is a shortcut to it.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className={styles.row}
      data-unread={row.unreadCount > 0 || undefined}
      data-open={isOpen || undefined}
      data-menu={isMenuOpen || undefined}
      onContextMenu={(event) => {
        event.preventDefault();
        setMenuOpen(true);
      }}
    >
      <Link
        href={`/c/${row.id}`}
        className={styles.link}
        aria-current={isOpen ? "page" : undefined}
        data-conversation={row.id}
        data-item
      >
        {row.partner ? <Avatar person={row.partner} /> : <GroupAvatar id={row.id} />}
        <span className={styles.words}>
          <span className={styles.line}>
            <span className={styles.name} dir="auto">
              {nameOf(row)}
            </span>
            {row.partner?.presence?.isOnline && <span className="visually-hidden">{t("common.online")}</span>}
            <Signs row={row} />
            <time className={styles.time} dateTime={at} title={formats.exact(at)}>
              {formats.brief(at, now)}
            </time>
          </span>
          <span className={styles.line}>
            {draft !== null && !isOpen ? <Draft text={draft} /> : <Preview row={row} />}
            {row.unreadCount > 0 && (
              <Badge
                count={row.unreadCount}
                label={t("conversations.unread", { count: row.unreadCount })}
                isQuiet={isMuted(row)}
              />
            )}
          </span>
        </span>
      </Link>
      <RowMenu row={row} isOpen={isMenuOpen} onOpenChange={setMenuOpen} />
    </div>
  );
});

function Signs({ row }: { row: Row }) {
  const { t } = useTranslation();
  const isFavourite = row.partner?.contactWithViewer?.isFavourite;
  return (
    <span className={styles.signs}>
      {isFavourite && <Star size={14} className={styles.star} role="img" aria-label={t("conversations.isFavourite")} />}
      {isMuted(row) && <BellOff size={14} role="img" aria-label={t("conversations.muted")} />}
      {row.state !== "ACTIVE" && <Lock size={14} role="img" aria-label={t(`conversations.state.${row.state}`)} />}
    </span>
  );
}

function Preview({ row }: { row: Row }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const viewer = useViewer();
  const last = row.lastMessage;
  const shown = last?.deletedAt === null && !last.system ? last : null;
  const Icon = shown && ICONS[shown.kind];
  return (
    <span className={styles.preview}>
      {shown?.status && <Ticks status={shown.status} />}
      {shown?.isUrgent && row.unreadCount > 0 && (
        <strong className={styles.urgent}>{t("conversations.isUrgent")}</strong>
      )}
      {Icon && <Icon size={15} className={styles.kind} aria-hidden />}
      <span className={styles.text} dir="auto">
        {previewOf(row, viewer.id, formats.list, t)}
      </span>
    </span>
  );
}

function Draft({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <span className={styles.preview}>
      <span className={styles.draft}>{t("conversations.draft")}</span>
      <span className={styles.text} dir="auto">
        {text}
      </span>
    </span>
  );
}
