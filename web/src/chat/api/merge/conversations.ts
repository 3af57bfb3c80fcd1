import type { Cache } from "@urql/exchange-graphcache";
import { matches, type Filter } from "../../conversations/filter";
import { RowFields } from "../../conversations/row";
import type { Invitation } from "../../groups/group";
import { session } from "../../session/store";
import type { Event } from "../events";
import { conversationKey, forget, isFull, pages, takeOut } from "./lists";

/** What an event says of conversations, of who takes part in them and of who may. */
export function mergeConversations(cache: Cache, event: Event): void {
  switch (event.__typename) {
    case "MessagesRead":
    case "UnreadCountChanged":
    case "ConversationAdded":
    case "ConversationChanged":
      if (event.conversation) listConversation(cache, event.conversation.id);
      break;
    case "ConversationDeleted":
      if (event.conversationId) leaveConversation(cache, event.conversationId);
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
        forget(cache, conversationKey(event.conversationId), "participantCount");
        // Whoever is left alone may go.
        forget(cache, conversationKey(event.conversationId), "viewerCanLeave");
      }
      break;
    case "InvitationChanged":
      if (event.invitation) listInvitation(cache, event.invitation);
      break;
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

/** The viewer no longer takes part: lists drop it, and who looks at it is told so. */
export function leaveConversation(cache: Cache, id: string): void {
  takeOut(cache, "Query", "conversations", conversationKey(id));
  cache.link("Query", "conversation", { id }, null);
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
