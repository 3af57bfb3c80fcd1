import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { setSession } from "../session/store";
import { deliver, type Outcome } from "./delivery";
import { changeDraft, draftOf, draftsAreKept, leaveDrafts, loadDrafts } from "./drafts";
import { forgetAll, forgetOld, forgetOthers, kept, keptOf, type Outgoing } from "./kept";
import * as outbox from "./outbox";
import { notShown } from "./useOutbox";

// A server that takes messages when the test says, and keeps each `clientId` once as the real one does.

const USER = "user_1";
let stored: Map<string, string>;
let calls: string[];
let answer: (message: Outgoing) => Promise<Outcome>;
let delivery: ReturnType<typeof deliver>;

/** One holder of a name at a time, as in a browser. */
function locks() {
  const held = new Map<string, Promise<unknown>>();
  return {
    request: <T>(name: string, work: () => Promise<T>): Promise<T> => {
      const mine = (held.get(name) ?? Promise.resolve()).then(work, work);
      held.set(name, mine);
      return mine;
    },
  };
}

function take(message: Outgoing): Promise<Outcome> {
  stored.set(message.clientId, message.text);
  return Promise.resolve("sent");
}

function send(message: Outgoing): Promise<Outcome> {
  calls.push(message.text);
  return answer(message);
}

const nothing = { isUrgent: false, expiresAt: null, card: null, replyTo: null, files: [] };
const write = (text: string, conversationId = "conv_1", now?: number) =>
  outbox.enqueue({ ...nothing, conversationId, text }, now);

/** As after a reload: nothing is left but what is kept. */
async function reload(): Promise<void> {
  delivery.stop();
  outbox.leaveOutbox();
  leaveDrafts();
  delivery = deliver(send);
  await outbox.loadOutbox(USER);
  await loadDrafts(USER);
}

beforeEach(async () => {
  Object.defineProperty(navigator, "locks", { value: locks(), configurable: true });
  setSession({ userId: USER, accessToken: "a", refreshToken: "r", renewAt: Infinity });
  stored = new Map();
  calls = [];
  answer = take;
  await forgetAll();
  delivery = deliver(send);
});

afterEach(() => {
  delivery.stop();
  outbox.leaveOutbox();
  leaveDrafts();
});

test("messages of a conversation go in the order they were written, also within a millisecond", async () => {
  for (const text of ["one", "two", "three", "four"]) await write(text, "conv_1", 1000);
  await expect.poll(() => [...stored.values()]).toEqual(["one", "two", "three", "four"]);
  expect(await keptOf("messages", USER)).toEqual([]);
});

test("a message waits until the server can be reached, and the next wait behind it", async () => {
  answer = () => Promise.resolve("later");
  await write("one");
  await write("two");
  await expect.poll(() => calls).toEqual(["one"]);
  expect(outbox.waiting("conv_1")).toHaveLength(2);
  answer = take;
  delivery.wake();
  await expect.poll(() => [...stored.values()]).toEqual(["one", "two"]);
});

test("what was not sent survives a reload and keeps its name, so that it is stored once", async () => {
  let lost = "";
  answer = async (message) => {
    // The server has it, and its answer never comes.
    await take(message);
    lost = message.clientId;
    return "later";
  };
  await write("once");
  await expect.poll(() => stored.size).toBe(1);
  answer = take;
  await reload();
  delivery.wake();
  await expect.poll(() => keptOf("messages", USER)).toEqual([]);
  expect([...stored]).toEqual([[lost, "once"]]);
});

test("what the server refuses says why and lets the next pass", async () => {
  answer = (message) => (message.text === "no" ? Promise.resolve({ error: "Not here." }) : take(message));
  await write("no");
  await write("yes");
  await expect.poll(() => [...stored.values()]).toEqual(["yes"]);
  const [failed] = await keptOf("messages", USER);
  expect(failed?.error).toBe("Not here.");
  answer = take;
  await outbox.retry(failed?.clientId ?? "");
  await expect.poll(() => [...stored.values()]).toEqual(["yes", "no"]);
});

test("a refused message comes back to be edited, before what is written by then", async () => {
  answer = () => Promise.resolve({ error: "Not here." });
  await write("first");
  await expect.poll(async () => (await keptOf("messages", USER))[0]?.error).toBe("Not here.");
  changeDraft("conv_1", { text: "second" });
  await outbox.edit((await keptOf("messages", USER))[0]?.clientId ?? "");
  expect(draftOf("conv_1").text).toBe("first\nsecond");
  expect(await keptOf("messages", USER)).toEqual([]);
});

test("of two tabs one sends each message", async () => {
  const other = deliver(send);
  await write("one");
  delivery.wake();
  other.wake();
  await expect.poll(() => stored.size).toBe(1);
  await expect.poll(() => outbox.waiting("conv_1")).toEqual([]);
  expect(calls).toEqual(["one"]);
  other.stop();
});

test("a sent message stays until the conversation shows the server's", async () => {
  const hide = outbox.show("conv_1");
  await write("here");
  await expect.poll(() => keptOf("messages", USER)).toEqual([]);
  await outbox.takeOver("conv_1", () => false);
  await outbox.loadOutbox(USER);
  const left = vi.fn((messages: readonly { clientId: string }[]) => messages.length);
  const { result } = await hook();
  expect(left(result())).toBe(1);
  await outbox.takeOver("conv_1", () => true);
  expect(left(result())).toBe(0);
  hide();
});

async function hook() {
  const { renderHook } = await import("@testing-library/react");
  const view = renderHook(() => outbox.useAll());
  return { result: () => view.result.current.messages };
}

test("a message stands once, whichever way it came first", () => {
  const entries = [{ clientId: "a" }, { clientId: "b" }];
  expect(notShown(entries, [{ clientId: null }, { clientId: "a" }])).toEqual([{ clientId: "b" }]);
});

test("drafts survive a reload", async () => {
  changeDraft("conv_1", { text: "half a sent" });
  changeDraft("conv_1", { text: "half a sentence" });
  await draftsAreKept();
  await reload();
  expect(draftOf("conv_1").text).toBe("half a sentence");
  changeDraft("conv_1", { text: "" });
  await draftsAreKept();
  expect(await keptOf("drafts", USER)).toEqual([]);
});

test("nothing is left of somebody else, after signing out, or after a week", async () => {
  answer = () => Promise.resolve("later");
  await write("mine");
  await forgetOthers(USER);
  expect(await keptOf("messages", USER)).toHaveLength(1);
  await forgetOld(Date.now() + 6 * 24 * 3600_000);
  expect(await keptOf("messages", USER)).toHaveLength(1);
  await forgetOld(Date.now() + 8 * 24 * 3600_000);
  expect(await keptOf("messages", USER)).toHaveLength(0);
  await write("mine again");
  await forgetOthers("user_2");
  expect(await (await kept()).count("messages")).toBe(0);
});
