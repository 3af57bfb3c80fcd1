import { ArrowDown, MessageCircle, TriangleAlert } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { errorText } from "../api/errors";
import { useViewer } from "../api/viewer";
import { Badge } from "../design/Badge";
import { Button } from "../design/Button";
import { EmptyState } from "../design/EmptyState";
import { useMinute } from "../language/format";
import { OutgoingMessages } from "../unsent/OutgoingMessages";
import { useOutbox } from "../unsent/useOutbox";
import { MessageActions, type OpenAction } from "./actions/MessageActions";
import { Announcer } from "./Announcer";
import type { Message } from "./fields";
import { MessageContext } from "./message/context";
import { MessageRowItem } from "./message/MessageRow";
import { MessageSkeleton } from "./MessageSkeleton";
import { group } from "./rows";
import { useArrows } from "./useArrows";
import { useFirstUnread, useHistory } from "./useHistory";
import { useLooking, useReading } from "./useReading";
import { useScroll } from "./useScroll";
import styles from "./MessageList.module.css";

const PictureViewer = lazy(() => import("../files/PictureViewer"));

/** A message to go to; another number goes there again. */
export type Target = { id: string; number: number };

type Props = {
  conversationId: string;
  isGroup: boolean;
  unreadCount: number;
  canSend: { allowed: boolean; message: string | null };
  target: Target | null;
  onJump: (messageId: string) => void;
  onReply: (message: Message) => void;
};

/** The messages of a conversation, the newest below. */
export function MessageList(props: Props) {
  const { conversationId, isGroup, unreadCount, canSend, target, onJump, onReply } = props;
  const { t } = useTranslation();
  const viewer = useViewer();
  const now = useMinute();
  const { entries } = useOutbox(conversationId);
  const { history, view } = useHistory(conversationId);
  const [firstUnread, setFirstUnread] = useFirstUnread(conversationId, unreadCount);
  const rows = useMemo(() => group(view.messages, firstUnread ?? null), [view.messages, firstUnread]);
  const element = useRef<HTMLDivElement>(null);
  const virtual = useRef<VirtualizerHandle>(null);
  const scroll = useScroll({ element, virtual, history, view, rows, start: firstUnread, target, below: entries });
  const [open, setOpen] = useState<OpenAction | null>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const [picture, setPicture] = useState<string | null>(null);
  const { current, focusMessage, ...arrows } = useArrows(rows, element, virtual);
  const looking = useLooking();
  useReading(conversationId, scroll.lastSeen, unreadCount);

  const newest = view.hasNewer ? undefined : view.messages.at(-1);
  const [known, setKnown] = useState(newest?.id);
  if (newest && newest.id !== known) {
    setKnown(newest.id);
    // What comes while nobody looks is where reading goes on later.
    if (!looking && known !== undefined && unreadCount === 0 && newest.sender.id !== viewer.id)
      setFirstUnread(newest.id);
  }

  const returnTo = useRef<string>(null);
  const onAction = useCallback(
    (next: OpenAction) => {
      if (next.what === "reply") onReply(next.message);
      else if (next.what === "edit") setEditing(next.message.id);
      else {
        setOpen(next);
        return;
      }
      // The focus goes to where it is written.
      returnTo.current = null;
      setOpen(null);
    },
    [onReply],
  );
  // The menu that led to a window closes after the window opened: only what is open now is over.
  const close = useCallback((what: OpenAction["what"]) => setOpen((now) => (now?.what === what ? null : now)), []);
  useEffect(() => {
    if (open) returnTo.current = open.message.id;
    else if (returnTo.current !== null) {
      focusMessage(returnTo.current);
      returnTo.current = null;
    }
  }, [open, focusMessage]);
  const context = useMemo(
    () => ({
      ...{ isGroup, now, jumpTo: onJump, openPicture: setPicture },
      openMenu: (message: Message, at: OpenAction["at"]) => setOpen({ message, at, what: "menu" }),
      openReactions: (message: Message, at: OpenAction["at"]) => setOpen({ message, at, what: "react" }),
      openVersions: (message: Message) => setOpen({ message, at: { x: 0, y: 0 }, what: "versions" }),
      stopEditing: (id: string) => {
        setEditing(null);
        focusMessage(id);
      },
    }),
    [isGroup, now, onJump, focusMessage],
  );
  const openMenu = context.openMenu;
  const kept = useMemo(
    () => rows.flatMap(({ message }, index) => (index === current || message.id === editing ? [index] : [])),
    [rows, current, editing],
  );

  if (!view.isReady && view.error) {
    return (
      <EmptyState
        icon={<TriangleAlert size={32} />}
        title={t("conversation.loadFailed")}
        lead={errorText(view.error, t)}
        action={<Button onClick={history.retry}>{t("common.retry")}</Button>}
      />
    );
  }
  const isWaiting = !view.isReady || firstUnread === undefined;
  // What is open shows how its message is now.
  const opened = open && {
    ...open,
    message: rows.find(({ message }) => message.id === open.message.id)?.message ?? open.message,
  };
  return (
    <MessageContext value={context}>
      <div className={styles.place}>
        {isWaiting && <MessageSkeleton />}
        {/* Arrows move between the messages of the list; the pointer's menu is the one that Enter opens. */}
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
        <div
          ref={element}
          className={styles.scroll}
          role="region"
          aria-label={t("conversation.messages")}
          aria-busy={isWaiting}
          onKeyDown={(event) => arrows.onKeyDown(event, openMenu)}
          onFocus={arrows.onFocus}
          onContextMenu={(event) => arrows.onContextMenu(event, openMenu)}
        >
          <div className={styles.spacer} />
          {!isWaiting && (
            <Virtualizer
              key={view.part}
              ref={virtual}
              scrollRef={element}
              data={rows}
              shift={view.changedAtStart}
              bufferSize={600}
              keepMounted={kept}
              onScroll={scroll.look}
              onResize={scroll.settle}
            >
              {(row, index) => (
                <MessageRowItem
                  key={row.message.id}
                  row={row}
                  index={index}
                  isCurrent={index === current}
                  isEditing={row.message.id === editing}
                  isTarget={row.message.id === scroll.found}
                  beginning={
                    index === 0 && !view.hasOlder ? (
                      <p className={styles.beginning}>{t("conversation.beginning")}</p>
                    ) : null
                  }
                />
              )}
            </Virtualizer>
          )}
          {!view.hasNewer && <OutgoingMessages conversationId={conversationId} messages={view.messages} />}
        </div>
        {!isWaiting && rows.length === 0 && entries.length === 0 && (
          <div className={styles.empty}>
            <EmptyState
              icon={<MessageCircle size={32} />}
              title={t("conversation.empty")}
              lead={canSend.allowed ? t("conversation.emptyLead") : undefined}
            />
          </div>
        )}
        {view.isReady && view.error && (
          <div className={styles.failed} role="alert">
            {t("conversation.moreFailed")}
            <Button look="plain" onClick={scroll.again}>
              {t("common.retry")}
            </Button>
          </div>
        )}
        {!isWaiting && !scroll.isAtEnd && (
          <button type="button" className={styles.newest} onClick={scroll.toNewest}>
            <ArrowDown size={22} aria-hidden />
            <span className="visually-hidden">{t("conversation.toNewest")}</span>
            {unreadCount > 0 && (
              <span className={styles.count}>
                <Badge count={unreadCount} label={t("conversations.unread", { count: unreadCount })} />
              </span>
            )}
          </button>
        )}
      </div>
      {!isWaiting && <Announcer messages={view.messages} isNewest={!view.hasNewer} />}
      {opened && <MessageActions open={opened} canSend={canSend} onAction={onAction} onClose={close} />}
      {picture !== null && (
        <Suspense fallback={null}>
          <PictureViewer
            openId={picture}
            onClose={() => setPicture(null)}
            pictures={view.messages.flatMap((message) =>
              message.attachments
                .filter((file) => file.kind === "IMAGE")
                .map((file) => ({
                  ...{ file, messageId: message.id },
                  ...{ sender: message.sender.fullName, sentAt: message.createdAt },
                })),
            )}
          />
        </Suspense>
      )}
    </MessageContext>
  );
}
