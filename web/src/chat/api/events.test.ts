import { Client, type Exchange, type Operation } from "@urql/core";
import { filter, makeSubject, map, merge, pipe, subscribe } from "wonka";
import { beforeEach, expect, test } from "vitest";
import { exampleMessage, examplePerson } from "../conversation/example";
import { Messages } from "../conversation/operations";
import { Notifications } from "../notifications/operations";
import { Conversations } from "../conversations/operations";
import { Invitations } from "../groups/operations";
import { Contacts } from "../people/operations";
import { setSession } from "../session/store";
import { cache } from "./cache";
import { Events } from "./events";
import { advance, listen, type Place } from "./live";
import { merge as mergeEvent } from "./merge";
import { replayEvents } from "./replay";

// The cache as the page has it, before a server whose answers and events come when the test says.

type Answer = (data: unknown) => void;
let asked: Map<string, Answer>;
let tell: (data: unknown) => void;
let client: Client;

const server: Exchange = () => (operations) => {
  const answers = makeSubject<{ operation: Operation; data: unknown }>();
  const source = pipe(
    operations,
    filter((operation) => {
      const answer = (data: unknown) => answers.next({ operation, data });
      if (operation.kind === "subscription") tell = answer;
      else if (operation.kind === "query") asked.set(nameOf(operation), answer);
      return false;
    }),
    map((operation) => ({ operation, data: null })),
  );
  return pipe(
    merge([source, answers.source]),
    map(({ operation, data }) => ({ operation, data, stale: false, hasNext: operation.kind === "subscription" })),
  );
};

function nameOf(operation: Operation): string {
  const [definition] = operation.query.definitions;
  return definition && "name" in definition ? (definition.name?.value ?? "") : "";
}

function answer(name: string, data: unknown): void {
  const waiting = asked.get(name);
  if (!waiting) throw new Error(`${name} was not asked`);
  waiting(data);
}

function row(id: string, lastMessage: ReturnType<typeof exampleMessage> | null, more: object = {}) {
  return {
    ...{ __typename: "Conversation", id, kind: "DIRECT", title: null, purpose: "GENERAL", state: "ACTIVE", tags: [] },
    ...{ unreadCount: 0, viewerHasArchived: false, viewerNotificationLevel: "ALL", viewerQuietUntil: null },
    updatedAt: lastMessage?.createdAt ?? new Date(0).toISOString(),
    partner: { ...examplePerson("user_2"), isBlockedByViewer: false, contactWithViewer: null },
    lastMessage,
    ...more,
  };
}

const added = (number: number) => ({
  events: {
    __typename: "MessageAdded",
    cursor: `cursor_${number}`,
    occurredAt: new Date(number * 1000).toISOString(),
    node: { ...exampleMessage(number), conversation: row("conv_1", exampleMessage(number)) },
  },
});

const page = (numbers: number[]) => ({
  conversation: {
    __typename: "Conversation",
    id: "conv_1",
    messages: {
      __typename: "MessageConnection",
      nodes: numbers.map(exampleMessage),
      pageInfo: {
        ...{ __typename: "PageInfo", startCursor: "x", endCursor: "y" },
        ...{ hasPreviousPage: false, hasNextPage: false },
      },
    },
  },
});

const list = (rows: object[]) => ({
  conversations: {
    __typename: "ConversationConnection",
    nodes: rows,
    pageInfo: { __typename: "PageInfo", endCursor: null, hasNextPage: false },
  },
});

function watchMessages(): () => string[] {
  let ids: string[] = [];
  pipe(
    client.query(Messages, { id: "conv_1", last: 50 }),
    subscribe(({ data }) => {
      ids = data?.conversation?.messages.nodes.map((node) => node.id) ?? ids;
    }),
  );
  return () => ids;
}

function watchList(unreadOnly: boolean): () => string[] {
  let ids: string[] = [];
  pipe(
    client.query(Conversations, { first: 30, filter: { unreadOnly } }),
    subscribe(({ data }) => {
      ids = data?.conversations?.nodes.map((node) => node.id) ?? ids;
    }),
  );
  return () => ids;
}

beforeEach(() => {
  asked = new Map();
  client = new Client({
    url: "/graphql",
    preferGetMethod: false,
    exchanges: [cache(mergeEvent), replayEvents, server],
  });
  pipe(
    client.subscription(Events, {}),
    subscribe(() => undefined),
  );
});

test("a new message joins the newest page, and twice is as good as once", async () => {
  const shown = watchMessages();
  answer("Messages", page([1, 2]));
  tell(added(3));
  tell(added(3));
  await expect.poll(shown).toEqual(["msg_1", "msg_2", "msg_3"]);
});

test("messages stand in the order they were sent, however they came", async () => {
  const shown = watchMessages();
  answer("Messages", page([1, 2]));
  tell(added(4));
  tell(added(3));
  await expect.poll(shown).toEqual(["msg_1", "msg_2", "msg_3", "msg_4"]);
});

test("an answer that is older than an event does not undo it", async () => {
  const shown = watchMessages();
  tell(added(3));
  answer("Messages", page([1, 2]));
  await expect.poll(shown).toEqual(["msg_1", "msg_2", "msg_3"]);
});

test("a message that was hidden on another device goes", async () => {
  const shown = watchMessages();
  answer("Messages", page([1, 2, 3]));
  tell({
    events: { __typename: "MessageHidden", cursor: "c", occurredAt: "2026-01-01T00:00:00Z", messageId: "msg_2" },
  });
  await expect.poll(shown).toEqual(["msg_1", "msg_3"]);
});

test("a conversation joins the lists it belongs to, once, and no others", async () => {
  const all = watchList(false);
  answer("Conversations", list([row("conv_2", null)]));
  const unread = watchList(true);
  answer("Conversations", list([]));
  tell(added(1));
  tell(added(2));
  await expect.poll(all).toEqual(["conv_1", "conv_2"]);
  await expect.poll(unread).toEqual([]);
  tell({
    events: {
      __typename: "UnreadCountChanged",
      cursor: "c",
      occurredAt: "2026-01-01T00:00:00Z",
      conversation: row("conv_1", exampleMessage(2), { unreadCount: 2 }),
    },
  });
  await expect.poll(unread).toEqual(["conv_1"]);
});

test("a conversation one was taken out of leaves the lists", async () => {
  const all = watchList(false);
  answer("Conversations", list([row("conv_1", null), row("conv_2", null)]));
  tell({
    events: {
      __typename: "ConversationDeleted",
      cursor: "c",
      occurredAt: "2026-01-01T00:00:00Z",
      conversationId: "conv_1",
    },
  });
  await expect.poll(all).toEqual(["conv_2"]);
});

const listed = (id: string) => ({
  ...examplePerson(id),
  ...{ specialization: null, institution: null, isBlockedByViewer: false, conversationWithViewer: null },
  viewerCanMessage: { __typename: "Permission", allowed: true, message: null },
});

function contact(number: number, state: string) {
  const id = `contact_${number}`;
  const own = {
    __typename: "Contact",
    id,
    state,
    isFavourite: false,
    nickname: null,
    createdAt: "2026-01-01T00:00:00Z",
  };
  return { ...own, user: { ...listed(`user_${number}`), contactWithViewer: own } };
}

const contactList = (contacts: object[]) => ({
  contacts: {
    __typename: "ContactConnection",
    nodes: contacts,
    pageInfo: { __typename: "PageInfo", endCursor: null, hasNextPage: false },
  },
});

function watchContacts(state: "ACCEPTED" | "RECEIVED"): () => string[] {
  let ids: string[] = [];
  pipe(
    client.query(Contacts, { first: 100, after: null, filter: { state } }),
    subscribe(({ data }) => {
      ids = data?.contacts?.nodes.map((node) => node.id) ?? ids;
    }),
  );
  return () => ids;
}

const contactChanged = (now: ReturnType<typeof contact> | null, userId: string) => ({
  events: {
    ...{ __typename: "ContactChanged", cursor: "c", occurredAt: "2026-01-01T00:00:00Z", contact: now },
    user: now?.user ?? { ...examplePerson(userId), contactWithViewer: null },
  },
});

test("a request moves from list to list as it is answered, and goes when it is taken back", async () => {
  const requests = watchContacts("RECEIVED");
  answer("Contacts", contactList([]));
  const contacts = watchContacts("ACCEPTED");
  answer("Contacts", contactList([contact(1, "ACCEPTED")]));
  tell(contactChanged(contact(2, "RECEIVED"), "user_2"));
  tell(contactChanged(contact(2, "RECEIVED"), "user_2"));
  await expect.poll(requests).toEqual(["contact_2"]);
  tell(contactChanged(contact(2, "ACCEPTED"), "user_2"));
  await expect.poll(requests).toEqual([]);
  await expect.poll(contacts).toEqual(["contact_1", "contact_2"]);
  tell(contactChanged(null, "user_1"));
  await expect.poll(contacts).toEqual(["contact_2"]);
});

const invitation = (number: number, userId: string, state: string) => ({
  ...{ __typename: "Invitation", id: `inv_${number}`, state, role: "MEMBER", history: "FROM_NOW" },
  ...{ createdAt: "2026-01-01T00:00:00Z", conversationTitle: "Round", conversationPurpose: "GENERAL" },
  ...{ invitedBy: examplePerson("user_3"), user: examplePerson(userId), conversation: null },
});

const invitationChanged = (now: ReturnType<typeof invitation>) => ({
  events: { __typename: "InvitationChanged", cursor: "c", occurredAt: "2026-01-01T00:00:00Z", invitation: now },
});

test("an invitation of the viewer waits until it is answered; those of others are none of this list", async () => {
  setSession({ userId: "user_1", accessToken: "", refreshToken: "", renewAt: 0 });
  let ids: string[] = [];
  pipe(
    client.query(Invitations, {}),
    subscribe(({ data }) => {
      ids = data?.invitations?.nodes.map((node) => node.id) ?? ids;
    }),
  );
  answer("Invitations", { invitations: { __typename: "InvitationConnection", nodes: [] } });
  tell(invitationChanged(invitation(1, "user_1", "PENDING")));
  tell(invitationChanged(invitation(2, "user_9", "PENDING")));
  tell(invitationChanged(invitation(3, "user_1", "PENDING")));
  await expect.poll(() => ids).toEqual(["inv_1", "inv_3"]);
  tell(invitationChanged(invitation(1, "user_1", "WITHDRAWN")));
  await expect.poll(() => ids).toEqual(["inv_3"]);
  setSession(null);
});

test("after a resync everything on screen is asked for again, and nothing older stays", async () => {
  const shown = watchMessages();
  answer("Messages", page([1]));
  asked.clear();
  tell({ events: { __typename: "Resync", cursor: "c", occurredAt: "2026-01-01T00:00:00Z", reason: "EXPIRED" } });
  await expect.poll(() => [...asked.keys()]).toEqual(["Messages"]);
  answer("Messages", page([5]));
  await expect.poll(shown).toEqual(["msg_5"]);
});

test("the place moves on with each event, so that a new socket goes on there", () => {
  const place: Place = { cursor: "cursor_0" };
  const stop = listen(client, place);
  tell(added(7));
  expect(place.cursor).toBe("cursor_7");
  stop();
  tell(added(8));
  expect(place.cursor).toBe("cursor_7");
  advance(place, { cursor: "cursor_9" });
  expect(place.cursor).toBe("cursor_9");
});

const entry = (id: string, isRead = false) => ({
  ...{ __typename: "Notification", id, kind: "MENTION", isRead, isSilent: false, createdAt: "2026-01-01T00:00:00Z" },
  ...{ actor: examplePerson("user_2"), conversation: null, message: null, invitation: null, contact: null },
});

function watchInbox(): () => string[] {
  let seen: string[] = [];
  pipe(
    client.query(Notifications, { after: null }),
    subscribe(({ data }) => {
      seen = data?.notifications?.nodes.map(({ id, isRead }) => `${id} ${isRead ? "read" : "unread"}`) ?? seen;
    }),
  );
  answer("Notifications", {
    notifications: {
      __typename: "NotificationConnection",
      nodes: [entry("ntf_1")],
      pageInfo: { __typename: "PageInfo", endCursor: null, hasNextPage: false },
    },
  });
  return () => seen;
}

const place = { cursor: "c", occurredAt: "2026-01-01T00:00:00Z" };

test("what the viewer is told of stands in front of the inbox, once", async () => {
  const seen = watchInbox();
  tell({ events: { __typename: "NotificationAdded", ...place, node: entry("ntf_2") } });
  tell({ events: { __typename: "NotificationAdded", ...place, node: entry("ntf_2") } });
  await expect.poll(seen).toEqual(["ntf_2 unread", "ntf_1 unread"]);
});

test("what was read or deleted on another device is so here", async () => {
  const seen = watchInbox();
  tell({ events: { __typename: "NotificationAdded", ...place, node: entry("ntf_2") } });
  const ids = ["ntf_1", "ntf_2"];
  tell({
    events: {
      __typename: "NotificationsChanged",
      ...place,
      notificationIds: ids,
      notifications: [entry("ntf_1", true)],
    },
  });
  await expect.poll(seen).toEqual(["ntf_1 read"]);
});
