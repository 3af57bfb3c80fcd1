import {
  cacheExchange,
  type Cache,
  type OptimisticMutationConfig,
  type Resolver,
  type UpdateResolver,
} from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import type { IntrospectionQuery } from "graphql";
import type { Invitation } from "../groups/group";
import type { ListedContact } from "../people/person";
import { Push } from "../notifications/pushOperations";
import type { Event } from "./events";
import shape from "./generated/introspection.json";
import { graphql, type ResultOf } from "./graphql";
import { leaveConversation, listConversation, listInvitation } from "./merge/conversations";
import { addMessage } from "./merge/messages";
import { removeNotification } from "./merge/notifications";
import { forgetBlocks, listContact } from "./merge/people";
import { optimistic } from "./optimistic";

const schema = shape as unknown as IntrospectionQuery;

// What has no id of its own is kept where it was found.
const embedded = schema.__schema.types.flatMap((type) =>
  type.kind === "OBJECT" && !type.fields.some((field) => field.name === "id") ? [type.name] : [],
);

/** How many messages the viewer has not read, in all conversations together. */
export const UnreadTotal = graphql(`
  query UnreadTotal {
    unreadCounts {
      total
    }
  }
`);

/** Each change of that number. */
export const UnreadTotalChanged = graphql(`
  subscription UnreadTotalChanged {
    unreadCountsChanged {
      total
    }
  }
`);

/** Whether people are online: how it is, then each change. */
export const PresenceChanged = graphql(`
  subscription PresenceChanged($userIds: [ID!]!) {
    presenceChanged(userIds: $userIds) {
      userId
      presence {
        isOnline
        lastSeenAt
      }
    }
  }
`);

const PresenceOfUser = graphql(`
  fragment PresenceOfUser on User {
    id
    presence {
      isOnline
      lastSeenAt
    }
  }
`);

const people: Resolver = relayPagination();

type PushAnswer = { push: ResultOf<typeof Push>["push"] } | null;

function pushed(cache: Cache, answer: PushAnswer): void {
  if (answer) cache.updateQuery({ query: Push }, () => ({ push: answer.push }));
}

/** Finds what came with a list before the server is asked for it alone. */
function byId(typename: string): Resolver {
  return (_parent, args, cache, info) => {
    const asked = cache.resolve(info.parentKey, info.fieldName, args);
    return asked === undefined ? { __typename: typename, id: args.id as string } : asked;
  };
}

/** The lists take in what an answer brought, as they do with an event. */
const listed: UpdateResolver = (result, _args, cache, info) => {
  const payload = result[info.fieldName] as { conversation?: { id: string } | null } | null;
  if (payload?.conversation) listConversation(cache, payload.conversation.id);
};

const sent: UpdateResolver = (result, _args, cache, info) => {
  type Sent = { message?: { id: string; conversation?: { id: string } | null } | null } | null;
  const message = (result[info.fieldName] as Sent)?.message;
  if (!message?.conversation) return;
  addMessage(cache, message.conversation.id, message.id);
  listConversation(cache, message.conversation.id);
};

const contacted: UpdateResolver = (result, _args, cache, info) => {
  const contact = (result[info.fieldName] as { contact?: ListedContact | null } | null)?.contact;
  if (!contact) return;
  cache.link(`User:${contact.user.id}`, "contactWithViewer", `Contact:${contact.id}`);
  listContact(cache, contact.user.id, contact);
};

const parted: UpdateResolver = (result, _args, cache) => {
  const id = (result.removeContact as { contactId?: string | null } | null)?.contactId;
  const user = id != null ? cache.resolve(`Contact:${id}`, "user") : null;
  if (typeof user !== "string") return;
  cache.link(user, "contactWithViewer", null);
  listContact(cache, user.replace("User:", ""), null);
};

const invited: UpdateResolver = (result, _args, cache, info) => {
  const invitation = (result[info.fieldName] as { invitation?: Invitation | null } | null)?.invitation;
  if (invitation) listInvitation(cache, invitation);
};

const left: UpdateResolver = (result, _args, cache) => {
  const id = (result.leaveConversation as { conversationId?: string | null } | null)?.conversationId;
  if (id != null) leaveConversation(cache, id);
};

const nothingWrong = { userErrors: [] };

/** What a change of something that only the viewer sees will have done, shown before the server answers. */
const foreseen: OptimisticMutationConfig = {
  updateContact: ({ input }) => {
    const { contactId, ...changes } = input as { contactId: string };
    const contact = { __typename: "Contact", id: contactId, ...changes };
    return { __typename: "UpdateContactPayload", contact, ...nothingWrong };
  },
  setNotificationLevel: ({ input }) => {
    const { conversationId, level, quietUntil } = input as {
      conversationId: string;
      level?: string;
      quietUntil?: string | null;
    };
    const conversation = {
      ...{ __typename: "Conversation", id: conversationId },
      ...(level !== undefined && { viewerNotificationLevel: level }),
      ...(quietUntil !== undefined && { viewerQuietUntil: quietUntil }),
    };
    return { __typename: "SetPreferencePayload", conversation, ...nothingWrong };
  },
};

/**
 * The store of everything the page knows, each thing once. It lives in memory only: nothing of it stays on the device.
 * `onEvent` is told of each event after its objects were merged.
 */
export function cache(onEvent: (cache: Cache, event: Event) => void) {
  return cacheExchange({
    schema,
    keys: Object.fromEntries(embedded.map((name) => [name, () => null])),
    resolvers: {
      Query: {
        conversation: byId("Conversation"),
        user: byId("User"),
        message: byId("Message"),
        conversations: relayPagination(),
        contacts: relayPagination(),
        // A page from the end is no list: it is asked for the counts of everybody who was found.
        users: (parent, args, cache, info) =>
          args.last == null ? people(parent, args, cache, info) : cache.resolve("Query", "users", args),
        invitations: relayPagination(),
        notifications: relayPagination(),
      },
      // The messages of a conversation are read page by page, as `conversation/history.ts` wants them.
      Viewer: { blocks: relayPagination() },
    },
    optimistic: { ...optimistic, ...foreseen },
    updates: {
      Subscription: {
        events: (result, _args, cache) => onEvent(cache, result.events as Event),
        presenceChanged: (result, _args, cache) => {
          const { userId, presence } = (result as ResultOf<typeof PresenceChanged>).presenceChanged;
          cache.writeFragment(PresenceOfUser, { id: userId, presence });
        },
        unreadCountsChanged: (result, _args, cache) => {
          const { total } = (result as ResultOf<typeof UnreadTotalChanged>).unreadCountsChanged;
          cache.updateQuery({ query: UnreadTotal }, () => ({ unreadCounts: { __typename: "UnreadCounts", total } }));
        },
      },
      Mutation: {
        openDirectConversation: listed,
        createGroup: listed,
        archiveForMe: listed,
        setNotificationLevel: listed,
        markRead: listed,
        markUnread: listed,
        revokeSession: (_result, _args, cache) => {
          const viewer = cache.resolve("Query", "viewer") as string | null | undefined;
          if (viewer) cache.invalidate(viewer, "sessions");
        },
        deleteNotification: (result, _args, cache) => {
          const id = (result.deleteNotification as { deletedId: string | null } | null)?.deletedId;
          if (id != null) removeNotification(cache, id);
        },
        registerPush: (result, _args, cache) => pushed(cache, result.registerPush as PushAnswer),
        removePush: (result, _args, cache) => pushed(cache, result.removePush as PushAnswer),
        sendMessage: sent,
        forwardMessage: sent,
        requestContact: contacted,
        respondToContact: contacted,
        removeContact: parted,
        blockUser: (_result, _args, cache) => forgetBlocks(cache),
        respondToInvitation: invited,
        withdrawInvitation: invited,
        leaveConversation: left,
      },
    },
  });
}
