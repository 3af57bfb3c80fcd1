import { beforeEach, expect, test } from "vitest";
import { exampleAdded, exampleMessage, examplePerson, exampleRow } from "../../conversation/example";
import { Conversations } from "../../conversations/operations";
import { Invitations } from "../../groups/operations";
import { setSession } from "../../session/store";
import { FakeServer, page } from "./fakeServer";

let server: FakeServer;
beforeEach(() => {
  server = new FakeServer().follow();
});

const list = (rows: object[]) => ({ conversations: page("ConversationConnection", rows) });

const watchList = (unreadOnly: boolean) =>
  server.watch(Conversations, { first: 30, filter: { unreadOnly } }, (data) =>
    data.conversations?.nodes.map(({ id }) => id),
  );

test("a conversation joins the lists it belongs to, once, and no others", async () => {
  const all = watchList(false);
  server.answer("Conversations", list([exampleRow("conv_2", null)]));
  const unread = watchList(true);
  server.answer("Conversations", list([]));
  server.tell(exampleAdded(1));
  server.tell(exampleAdded(2));
  await expect.poll(all).toEqual(["conv_1", "conv_2"]);
  await expect.poll(unread).toEqual([]);
  server.tell({
    __typename: "UnreadCountChanged",

    conversation: exampleRow("conv_1", exampleMessage(2), { unreadCount: 2 }),
  });
  await expect.poll(unread).toEqual(["conv_1"]);
});

test("a conversation one was taken out of leaves the lists", async () => {
  const all = watchList(false);
  server.answer("Conversations", list([exampleRow("conv_1", null), exampleRow("conv_2", null)]));
  server.tell({
    __typename: "ConversationDeleted",

    conversationId: "conv_1",
  });
  await expect.poll(all).toEqual(["conv_2"]);
});

const invitation = (number: number, userId: string, state: string) => ({
  ...{ __typename: "Invitation", id: `inv_${number}`, state, role: "MEMBER", history: "FROM_NOW" },
  ...{ createdAt: "2026-01-01T00:00:00Z", conversationTitle: "Round", conversationPurpose: "GENERAL" },
  ...{ invitedBy: examplePerson("user_3"), user: examplePerson(userId), conversation: null },
});

const invitationChanged = (now: ReturnType<typeof invitation>) => ({
  __typename: "InvitationChanged",
  invitation: now,
});

test("an invitation of the viewer waits until it is answered; those of others are none of this list", async () => {
  setSession({ userId: "user_1", accessToken: "", refreshToken: "", renewAt: 0 });
  const ids = server.watch(Invitations, {}, (data) => data.invitations?.nodes.map(({ id }) => id));
  server.answer("Invitations", { invitations: page("InvitationConnection", []) });
  server.tell(invitationChanged(invitation(1, "user_1", "PENDING")));
  server.tell(invitationChanged(invitation(2, "user_9", "PENDING")));
  server.tell(invitationChanged(invitation(3, "user_1", "PENDING")));
  await expect.poll(ids).toEqual(["inv_1", "inv_3"]);
  server.tell(invitationChanged(invitation(1, "user_1", "WITHDRAWN")));
  await expect.poll(ids).toEqual(["inv_3"]);
  setSession(null);
});
