import { useTranslation } from "react-i18next";
import { useClient } from "urql";
import { errorText } from "../api/errors";
import { useViewer } from "../api/viewer";
import { say } from "../design/toasts";
import { ArchiveForMe, MarkAllRead, MarkUnread, SetFavourite, SetNotificationLevel } from "./operations";
import { isMuted } from "./preview";
import type { Row } from "./row";
import type { OperationResult } from "urql";

type Outcome = Record<string, { userErrors: { message: string }[] } | null>;

/** What the viewer can do with a conversation as a whole. What makes no sense now is null. */
export function useRowActions(row: Row) {
  const { t } = useTranslation();
  const client = useClient();
  const viewer = useViewer();
  const conversationId = row.id;
  const last = row.lastMessage;
  const contact = row.partner?.contactWithViewer;
  const canBeUnread = row.unreadCount === 0 && last && !last.system && last.sender.id !== viewer.id;

  const report = async (answer: PromiseLike<OperationResult<Outcome>>, done?: string) => {
    const { data, error } = await answer;
    const problem = error
      ? errorText(error, t)
      : Object.values(data ?? {}).flatMap((payload) => payload?.userErrors ?? [])[0]?.message;
    if (problem !== undefined) say(problem, { isProblem: true });
    else if (done !== undefined) say(done);
  };
  const archive = (archived: boolean, done?: string) =>
    void report(client.mutation(ArchiveForMe, { input: { conversationId, archived } }), done);
  const notify = (input: { level: "ALL" | "NONE"; quietUntil?: null }) =>
    void report(client.mutation(SetNotificationLevel, { input: { conversationId, ...input } }));
  const favour = (contactId: string, isFavourite: boolean) =>
    void report(client.mutation(SetFavourite, { input: { contactId, isFavourite } }));

  return {
    markRead:
      row.unreadCount > 0 ? () => void report(client.mutation(MarkAllRead, { input: { conversationId } })) : null,
    markUnread: canBeUnread
      ? () => void report(client.mutation(MarkUnread, { input: { conversationId, fromMessageId: last.id } }))
      : null,
    favourite: contact && !contact.isFavourite ? () => favour(contact.id, true) : null,
    notFavourite: contact?.isFavourite ? () => favour(contact.id, false) : null,
    mute: isMuted(row) ? null : () => notify({ level: "NONE" }),
    unmute: isMuted(row) ? () => notify({ level: "ALL", quietUntil: null }) : null,
    archive: row.viewerHasArchived ? null : () => archive(true, t("conversations.archived")),
    takeBack: row.viewerHasArchived ? () => archive(false) : null,
  };
}

export type RowAction = keyof ReturnType<typeof useRowActions>;
