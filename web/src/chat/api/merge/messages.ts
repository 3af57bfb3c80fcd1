import type { Cache, FieldArgs } from "@urql/exchange-graphcache";
import type { Event } from "../events";
import { listConversation } from "./conversations";
import { conversationKey, forget, forgetEverything, pages, takeOut, type Key } from "./lists";

/** What an event says of messages. */
export function mergeMessages(cache: Cache, event: Event): void {
  switch (event.__typename) {
    case "MessageAdded":
      if (!event.node) forgetEverything(cache);
      else if (event.node.conversation) {
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
  }
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

function hideMessage(cache: Cache, messageId: string): void {
  const message = `Message:${messageId}`;
  const conversation = cache.resolve(message, "conversation") as Key | null | undefined;
  if (!conversation) return;
  takeOut(cache, conversation, "messages", message);
  if (cache.resolve(conversation, "lastMessage") === message) cache.invalidate(conversation, "lastMessage");
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
