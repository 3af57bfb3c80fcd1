import { session } from "../session/store";
import { changeDraft, draftOf } from "./drafts";
import { dropFile } from "./files";
import { kept, keptOf, type Outgoing } from "./kept";
import { state } from "../api/state";
import { announce } from "./tabs";

/** How far a message has come in this tab. */
type Step = "sending" | "sent";

type Outbox = { messages: readonly Outgoing[]; steps: ReadonlyMap<string, Step> };

const outbox = state<Outbox>({ messages: [], steps: new Map() });
/** The conversations on screen, which take a message over when the server has it. */
const shown = new Map<string, number>();
let wake: (conversationId: string) => void = () => undefined;

/** Follows the outbox. */
export const useAll = outbox.use;

/** Who is told when there is something to send. */
export function onWaiting(listener: typeof wake): void {
  wake = listener;
}

function put(messages: readonly Outgoing[], steps = outbox.get().steps): void {
  outbox.set({ messages: messages.toSorted((a, b) => a.place - b.place), steps });
}

function step(clientId: string, to: Step | null): void {
  const steps = new Map(outbox.get().steps);
  if (to) steps.set(clientId, to);
  else steps.delete(clientId);
  outbox.set({ ...outbox.get(), steps });
}

function forget(clientIds: ReadonlySet<string>): void {
  const { messages, steps } = outbox.get();
  outbox.set({
    messages: messages.filter((each) => !clientIds.has(each.clientId)),
    steps: new Map([...steps].filter(([id]) => !clientIds.has(id))),
  });
}

/** Takes what is kept into the page, and what another tab did to it. */
export async function loadOutbox(userId: string): Promise<void> {
  const all = await keptOf("messages", userId);
  const ids = new Set(all.map((each) => each.clientId));
  const { messages, steps } = outbox.get();
  // What was just sent is kept no more, and stays on screen until the server's message takes its place.
  put([...all, ...messages.filter((each) => steps.get(each.clientId) === "sent" && !ids.has(each.clientId))]);
}

/** Lets go of everything, on the way out. */
export function leaveOutbox(): void {
  outbox.set({ messages: [], steps: new Map() });
}

/** What a message is made of when it is written. */
export type Written = Pick<
  Outgoing,
  "conversationId" | "text" | "isUrgent" | "expiresAt" | "card" | "replyTo" | "files"
>;

/** Takes a message: it has its name from now on, is kept, and is sent as soon as that is possible. */
export async function enqueue(written: Written, now = Date.now()): Promise<void> {
  const place = Math.max(now, ...outbox.get().messages.map((each) => each.place + 1));
  const message: Outgoing = {
    ...written,
    clientId: crypto.randomUUID(),
    userId: session()?.userId ?? "",
    place,
    createdAt: new Date(now).toISOString(),
    error: null,
  };
  await (await kept()).put("messages", message);
  put([...outbox.get().messages.filter((each) => each.clientId !== message.clientId), message]);
  announce({ what: "outbox" });
  wake(message.conversationId);
}

/** What waits in a conversation, the oldest first. */
export function waiting(conversationId: string): Outgoing[] {
  const { messages, steps } = outbox.get();
  return messages.filter(
    (each) => each.conversationId === conversationId && each.error === null && steps.get(each.clientId) !== "sent",
  );
}

/** The conversations in which something waits. */
export function waitingConversations(): string[] {
  const ids = outbox.get().messages.map((each) => each.conversationId);
  return [...new Set(ids)].filter((id) => waiting(id).length > 0);
}

/** The message is being sent by this tab; with false it waits again. */
export function isBeingSent(clientId: string, yes: boolean): void {
  step(clientId, yes ? "sending" : null);
}

/** The server has it: it is kept no longer, and stays on screen until the conversation shows the server's. */
export async function wasSent(message: Outgoing): Promise<void> {
  const isTakenOver = isOnServer(message.clientId);
  announce({ what: "sent", clientId: message.clientId });
  await (await kept()).delete("messages", message.clientId);
  await isTakenOver;
}

/** This tab or another one has sent it. */
export async function isOnServer(clientId: string): Promise<void> {
  const message = outbox.get().messages.find((each) => each.clientId === clientId);
  if (!message) return;
  step(clientId, "sent");
  if (!shown.has(message.conversationId)) await take([message]);
}

/** The server will never take it. */
export async function hasFailed(message: Outgoing, error: string): Promise<void> {
  await change({ ...message, error });
  step(message.clientId, null);
}

async function change(message: Outgoing): Promise<void> {
  await (await kept()).put("messages", message);
  put(outbox.get().messages.map((each) => (each.clientId === message.clientId ? message : each)));
  announce({ what: "outbox" });
}

async function take(messages: readonly Outgoing[]): Promise<void> {
  forget(new Set(messages.map((each) => each.clientId)));
  for (const id of messages.flatMap((each) => each.files)) await dropFile(id);
}

/** A conversation is on screen; until the answer is called it takes sent messages over itself. */
export function show(conversationId: string): () => void {
  shown.set(conversationId, (shown.get(conversationId) ?? 0) + 1);
  return () => {
    const left = (shown.get(conversationId) ?? 1) - 1;
    if (left > 0) shown.set(conversationId, left);
    else shown.delete(conversationId);
    if (left === 0) void takeOver(conversationId, () => true);
  };
}

/** What was sent and is on screen as the server has it needs no place here any more. */
export async function takeOver(conversationId: string, isShown: (clientId: string) => boolean): Promise<void> {
  const { messages, steps } = outbox.get();
  const done = messages.filter(
    (each) => each.conversationId === conversationId && steps.get(each.clientId) === "sent" && isShown(each.clientId),
  );
  if (done.length > 0) await take(done);
}

/** Tries once more what failed. */
export async function retry(clientId: string): Promise<void> {
  const message = outbox.get().messages.find((each) => each.clientId === clientId);
  if (!message) return;
  await change({ ...message, error: null });
  wake(message.conversationId);
}

/** Takes a message away before it was sent. */
export async function remove(clientId: string): Promise<void> {
  const message = outbox.get().messages.find((each) => each.clientId === clientId);
  if (!message) return;
  await (await kept()).delete("messages", clientId);
  announce({ what: "outbox" });
  await take([message]);
}

/** Brings a message that failed back to where it was written, together with what stands there by now. */
export async function edit(clientId: string): Promise<void> {
  const message = outbox.get().messages.find((each) => each.clientId === clientId);
  if (!message) return;
  const { conversationId, isUrgent } = message;
  const draft = draftOf(conversationId);
  changeDraft(conversationId, {
    text: [message.text, draft.text].filter((text) => text.trim() !== "").join("\n"),
    files: [...message.files, ...draft.files],
    replyTo: draft.replyTo ?? message.replyTo,
    isUrgent: isUrgent || draft.isUrgent,
  });
  await (await kept()).delete("messages", clientId);
  announce({ what: "outbox" });
  forget(new Set([clientId]));
}
