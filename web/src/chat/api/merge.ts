import type { Cache, FieldArgs } from "@urql/exchange-graphcache";
import { matches, type Filter } from "../conversations/filter";
import { RowFields } from "../conversations/row";
import { Notice, type Invitation } from "../groups/group";
import type { ListedContact } from "../people/person";
import { session } from "../session/store";
import type { Event } from "./events";

type Key = string;

/** Does to the cache what an event says of lists; the objects in it were merged by their ids already. */
export function merge(cache: Cache, event: Event): void {
  switch (event.__typename) {
    case "MessageAdded":
      if (event.node?.conversation) {
        addMessage(cache, event.node.conversation.id, event.node.id);
        listConversation(cache, event.node.conversation.id);
        if (HAS_FILES.has(event.node.kind)) forgetFiles(cache, event.node.conversation.id);
      }
      break;
    case "MessageDeleted":
      if (event.node?.conversation) {
        forgetFiles(cache, event.node.conversation.id);
        forget(cache, conversationKey(event.node.conversation.id), "pinnedMessages");
      }
      break;
    case "MessageChanged":
      if (event.what === "PIN" && event.node?.conversation) {
        forget(cache, conversationKey(event.node.conversation.id), "pinnedMessages");
      }
      break;
    case "MessageHidden":
      if (event.messageId) hideMessage(cache, event.messageId);
      break;
    case "MessagesRead":
    case "UnreadCountChanged":
    case "ConversationAdded":
    case "ConversationChanged":
      if (event.conversation) listConversation(cache, event.conversation.id);
      break;
    case "ParticipantsAdded":
      if (event.conversation) forget(cache, conversationKey(event.conversation.id), "participants");
      break;
    case "ParticipantUpdated":
      if (!event.conversation) break;
      forget(cache, conversationKey(event.conversation.id), "participants");
      // They may see more or less of what was written before.
      if (event.user?.id === session()?.userId) forget(cache, conversationKey(event.conversation.id), "messages");
      break;
    case "ParticipantRemoved":
      if (!event.conversationId) break;
      if (event.user?.id === session()?.userId) leaveConversation(cache, event.conversationId);
      else {
        forget(cache, conversationKey(event.conversationId), "participants");
        // Whoever is left alone may go.
        forget(cache, conversationKey(event.conversationId), "viewerCanLeave");
      }
      break;
    case "ConversationDeleted":
      if (event.conversationId) leaveConversation(cache, event.conversationId);
      break;
    case "ContactChanged":
      if (event.user) listContact(cache, event.user.id, event.contact ?? null);
      break;
    case "BlockChanged":
      // The list shows only who is blocked still; whoever is new in it has to be asked for.
      if (event.user?.isBlockedByViewer) forgetBlocks(cache);
      if (event.user) forgetPermission(cache, event.user.id);
      break;
    case "InvitationChanged":
      if (event.invitation) listInvitation(cache, event.invitation);
      break;
    case "NotificationAdded":
      if (event.node) addNotification(cache, event.node.id);
      break;
    case "NotificationsChanged": {
      // Without ids there were too many to name.
      if (event.notificationIds.length === 0) forget(cache, "Query", "notifications");
      const isThere = new Set(event.notifications.map(({ id }) => id));
      for (const id of event.notificationIds) if (!isThere.has(id)) removeNotification(cache, id);
      break;
    }
    case "SessionStarted":
    case "SessionEnded":
      forget(cache, `Viewer:${session()?.userId ?? ""}`, "sessions");
      break;
    case "ClinicNoticeChanged":
      cache.updateQuery({ query: Notice }, () => ({ clinicNotice: event.clinicNotice ?? null }));
      break;
    case "Resync":
      // Nobody knows what was missed: whatever is on screen is asked for again.
      cache.invalidate("Conversation");
      cache.invalidate("Query");
      break;
  }
}

function conversationKey(id: string): Key {
  return `Conversation:${id}`;
}

/** Whatever shows this asks for it again. */
function forget(cache: Cache, entity: Key, fieldName: string): void {
  for (const field of cache.inspectFields(entity)) {
    if (field.fieldName === fieldName) cache.invalidate(entity, field.fieldKey);
  }
}

/** Kinds of messages that have files. */
const HAS_FILES: ReadonlySet<string> = new Set(["AUDIO", "FILE", "IMAGE", "MIXED", "VIDEO"]);

/** Has the list of the files of a conversation asked for again. */
function forgetFiles(cache: Cache, conversationId: string): void {
  const key = conversationKey(conversationId);
  for (const field of cache.inspectFields(key)) {
    const filter = field.arguments?.filter as { hasAttachments?: boolean } | null | undefined;
    if (field.fieldName === "messages" && filter?.hasAttachments) cache.invalidate(key, field.fieldKey);
  }
}

/** Has the list of blocked people asked for again. */
export function forgetBlocks(cache: Cache): void {
  forget(cache, `Viewer:${session()?.userId ?? ""}`, "blocks");
}

/** Whether one may write to somebody changes with a block. */
function forgetPermission(cache: Cache, userId: string): void {
  for (const { fieldKey, fieldName } of cache.inspectFields("Query")) {
    if (fieldName !== "conversation") continue;
    const conversation = cache.resolve("Query", fieldKey) as Key | null | undefined;
    if (conversation && cache.resolve(conversation, "partner") === `User:${userId}`) {
      cache.invalidate(conversation, "viewerCanSend");
    }
  }
}

/** The pages of a connection that are there, by where they begin. */
function pages(cache: Cache, entity: Key, fieldName: string, which: (args: FieldArgs) => boolean) {
  return cache.inspectFields(entity).flatMap((field) => {
    if (field.fieldName !== fieldName || !which(field.arguments)) return [];
    const page = cache.resolve(entity, field.fieldKey) as Key | null | undefined;
    if (!page) return [];
    return [{ page, args: field.arguments, nodes: (cache.resolve(page, "nodes") ?? []) as Key[] }];
  });
}

/** Puts a message where it belongs into the newest page of its conversation. Twice is as good as once. */
export function addMessage(cache: Cache, conversationId: string, messageId: string): void {
  const message = `Message:${messageId}`;
  const isNewest = (args: FieldArgs) =>
    args?.last != null && args.before == null && args.after == null && args.around == null && args.filter == null;
  const sentAt = (key: Key) => Date.parse(cache.resolve(key, "createdAt") as string);
  for (const { page, nodes } of pages(cache, conversationKey(conversationId), "messages", isNewest)) {
    if (nodes.includes(message)) continue;
    // One's own answer may overtake an older event of somebody else.
    const at = nodes.findLastIndex((each) => sentAt(each) <= sentAt(message)) + 1;
    cache.link(page, "nodes", nodes.toSpliced(at, 0, message));
  }
}

/** Puts an entry in front of the first pages of the inbox, which is unread and of a kind that all of them show. */
function addNotification(cache: Cache, id: string): void {
  const entry = `Notification:${id}`;
  for (const { page, nodes } of pages(cache, "Query", "notifications", (args) => args?.after == null)) {
    if (!nodes.includes(entry)) cache.link(page, "nodes", [entry, ...nodes]);
  }
}

/** Takes an entry out of the inbox. */
export function removeNotification(cache: Cache, id: string): void {
  const entry = `Notification:${id}`;
  for (const { page, nodes } of pages(cache, "Query", "notifications", () => true)) {
    if (!nodes.includes(entry)) continue;
    cache.link(
      page,
      "nodes",
      nodes.filter((each) => each !== entry),
    );
  }
}

function hideMessage(cache: Cache, messageId: string): void {
  const message = `Message:${messageId}`;
  const conversation = cache.resolve(message, "conversation") as Key | null | undefined;
  if (conversation) {
    for (const { page, nodes } of pages(cache, conversation, "messages", () => true)) {
      if (nodes.includes(message)) {
        cache.link(
          page,
          "nodes",
          nodes.filter((each) => each !== message),
        );
      }
    }
    if (cache.resolve(conversation, "lastMessage") === message) cache.invalidate(conversation, "lastMessage");
  }
}

/** Puts a conversation into the first page of every list that it belongs to; the lists sort themselves. */
export function listConversation(cache: Cache, id: string): void {
  const row = cache.readFragment(RowFields, { __typename: "Conversation", id });
  if (!row) return;
  const key = conversationKey(id);
  const lists = pages(cache, "Query", "conversations", () => true);
  for (const { page, args, nodes } of lists) {
    const filter = args?.filter as Filter | null | undefined;
    if (args?.after != null || !matches(row, filter)) continue;
    const isListed = lists.some(
      (list) => JSON.stringify(list.args?.filter) === JSON.stringify(filter) && list.nodes.includes(key),
    );
    if (!isListed) cache.link(page, "nodes", [key, ...nodes]);
  }
}

/** Puts what the viewer and somebody are to each other into the list of its kind, and out of all others. */
export function listContact(cache: Cache, userId: string, contact: Pick<ListedContact, "id" | "state"> | null): void {
  const key = contact && `Contact:${contact.id}`;
  for (const { page, args, nodes } of pages(cache, "Query", "contacts", () => true)) {
    const others = nodes.filter((each) => each !== key && cache.resolve(each, "user") !== `User:${userId}`);
    const { state } = (args?.filter ?? {}) as { state?: ListedContact["state"] };
    const belongs = contact?.state === (state ?? "ACCEPTED");
    if (belongs && key !== null) {
      // The lists are oldest first: whoever comes, comes at the end.
      if (!nodes.includes(key) && !isFull(cache, page)) cache.link(page, "nodes", [...others, key]);
    } else if (others.length < nodes.length) cache.link(page, "nodes", others);
  }
}

/** Puts an invitation that waits into the viewer's list or that of its group, and takes an answered one out. */
export function listInvitation(cache: Cache, invitation: Invitation): void {
  const key = `Invitation:${invitation.id}`;
  const isOwn = invitation.user.id === session()?.userId;
  const entity = isOwn ? "Query" : invitation.conversation && conversationKey(invitation.conversation.id);
  if (!entity) return;
  for (const { page, nodes } of pages(cache, entity, "invitations", () => true)) {
    const others = nodes.filter((each) => each !== key);
    if (invitation.state !== "PENDING") {
      if (others.length < nodes.length) cache.link(page, "nodes", others);
    } else if (!nodes.includes(key) && !isFull(cache, page)) cache.link(page, "nodes", [...others, key]);
  }
}

/** Whether more of a list follows on a page that is not there yet. */
function isFull(cache: Cache, page: Key): boolean {
  const info = cache.resolve(page, "pageInfo") as Key | null | undefined;
  return info != null && cache.resolve(info, "hasNextPage") === true;
}

/** The viewer no longer takes part: lists drop it, and who looks at it is told so. */
export function leaveConversation(cache: Cache, id: string): void {
  const key = conversationKey(id);
  for (const { page, nodes } of pages(cache, "Query", "conversations", () => true)) {
    if (nodes.includes(key)) {
      cache.link(
        page,
        "nodes",
        nodes.filter((each) => each !== key),
      );
    }
  }
  cache.link("Query", "conversation", { id }, null);
}

/** One's own messages of a conversation that are on screen and not known to be read. */
export function unreadByOthers(cache: Cache, conversationId: string): string[] {
  const newest = pages(cache, conversationKey(conversationId), "messages", () => true).flatMap(({ nodes }) => nodes);
  const last = cache.resolve(conversationKey(conversationId), "lastMessage") as Key | null | undefined;
  const keys = new Set(last ? [...newest, last] : newest);
  return [...keys].flatMap((key) => {
    const status = cache.resolve(key, "status");
    return status === "SENT" || status === "DELIVERED" ? [cache.resolve(key, "id") as string] : [];
  });
}
