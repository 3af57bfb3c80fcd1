import { beforeEach, expect, test } from "vitest";
import { exampleAdded, exampleMessage } from "../../conversation/example";
import { Messages } from "../../conversation/operations";
import { FakeServer, page } from "./fakeServer";

let server: FakeServer;
beforeEach(() => {
  server = new FakeServer().follow();
});

const messages = (numbers: number[]) => ({
  conversation: {
    __typename: "Conversation",
    id: "conv_1",
    messages: page("MessageConnection", numbers.map(exampleMessage)),
  },
});

const watchMessages = () =>
  server.watch(Messages, { id: "conv_1", last: 50 }, (data) => data.conversation?.messages.nodes.map(({ id }) => id));

test("a new message joins the newest page, and twice is as good as once", async () => {
  const shown = watchMessages();
  server.answer("Messages", messages([1, 2]));
  server.tell(exampleAdded(3));
  server.tell(exampleAdded(3));
  await expect.poll(shown).toEqual(["msg_1", "msg_2", "msg_3"]);
});

test("messages stand in the order they were sent, however they came", async () => {
  const shown = watchMessages();
  server.answer("Messages", messages([1, 2]));
  server.tell(exampleAdded(4));
  server.tell(exampleAdded(3));
  await expect.poll(shown).toEqual(["msg_1", "msg_2", "msg_3", "msg_4"]);
});

test("an answer that is older than an event does not undo it", async () => {
  const shown = watchMessages();
  server.tell(exampleAdded(3));
  server.answer("Messages", messages([1, 2]));
  await expect.poll(shown).toEqual(["msg_1", "msg_2", "msg_3"]);
});

test("a message that was hidden on another device goes", async () => {
  const shown = watchMessages();
  server.answer("Messages", messages([1, 2, 3]));
  server.tell({ __typename: "MessageHidden", messageId: "msg_2" });
  await expect.poll(shown).toEqual(["msg_1", "msg_3"]);
});

test("a message that could not be loaded with its event is asked for with everything on screen", async () => {
  const shown = watchMessages();
  server.answer("Messages", messages([1]));
  server.forget();
  server.tell({ __typename: "MessageAdded", node: null });
  await expect.poll(() => server.asked()).toEqual(["Messages"]);
  server.answer("Messages", messages([1, 2]));
  await expect.poll(shown).toEqual(["msg_1", "msg_2"]);
});

test("after a resync everything on screen is asked for again, and nothing older stays", async () => {
  const shown = watchMessages();
  server.answer("Messages", messages([1]));
  server.forget();
  server.tell({ __typename: "Resync", reason: "EXPIRED" });
  await expect.poll(() => server.asked()).toEqual(["Messages"]);
  server.answer("Messages", messages([5]));
  await expect.poll(shown).toEqual(["msg_5"]);
});
