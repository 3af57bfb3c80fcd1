import type { Client, CombinedError } from "@urql/core";
import i18next from "i18next";
import { errorCode, errorText } from "../api/errors";
import { backOff } from "../api/socket";
import { SendMessage } from "../conversation/operations";
import { session } from "../session/store";
import { upload, uploadAnew } from "./files";
import type { Outgoing, SendInput } from "./kept";
import * as outbox from "./outbox";

/** What became of a try: taken, refused for good with the reason, or to be tried again. */
export type Outcome = "sent" | "later" | { error: string };

/** Sends one message. The same message sent again is the same for the server. */
export type Send = (message: Outgoing) => Promise<Outcome>;

/** Codes of an answer that is no answer to the message itself. */
const PASSING = new Set([
  "RATE_LIMITED",
  "TIMEOUT",
  "UNAVAILABLE",
  "UNAUTHENTICATED",
  "TOKEN_EXPIRED",
  "SESSION_REVOKED",
]);
/** The server breaks over this one each time; the others must not wait for it for ever. */
const BREAKS = 5;
const PATIENCE = 30_000;

/** Sends what waits, each conversation in its order, until `stop` is called. `wake` ends all waiting. */
export function deliver(send: Send): { wake: () => void; stop: () => void } {
  const busy = new Set<string>();
  const asleep = new Set<() => void>();
  let isStopped = false;

  const wake = () => {
    for (const rise of asleep) rise();
    for (const id of outbox.waitingConversations()) void run(id);
  };
  const pause = async (tries: number) => {
    let rise: (() => void) | undefined;
    const woken = new Promise<void>((resolve) => asleep.add((rise = resolve)));
    await Promise.race([backOff(tries), woken]);
    if (rise) asleep.delete(rise);
  };
  const run = async (conversationId: string) => {
    if (busy.has(conversationId)) return;
    busy.add(conversationId);
    let tries = 0;
    while (!isStopped && outbox.waiting(conversationId).length > 0) {
      // Of several tabs one sends. What it sent is gone from the place they share when the next has its turn.
      const done = await navigator.locks.request(`bedside.outbox.${conversationId}`, async () => {
        await outbox.loadOutbox(session()?.userId ?? "");
        return sendAll(conversationId);
      });
      if (done === "stuck") await pause(tries++);
      else tries = 0;
    }
    busy.delete(conversationId);
  };
  const sendAll = async (conversationId: string): Promise<"stuck" | "done"> => {
    for (;;) {
      const next = outbox.waiting(conversationId)[0];
      if (!next || isStopped) return "done";
      outbox.isBeingSent(next.clientId, true);
      const outcome = await send(next).catch((): Outcome => "later");
      if (outcome === "sent") await outbox.wasSent(next);
      else if (outcome === "later") {
        outbox.isBeingSent(next.clientId, false);
        return "stuck";
      } else await outbox.hasFailed(next, outcome.error);
    }
  };

  outbox.onWaiting((id) => void run(id));
  return {
    wake,
    stop: () => {
      isStopped = true;
      outbox.onWaiting(() => undefined);
      wake();
    },
  };
}

/** Sends over the way to the server: first the files, then the message. */
export function sendWith(client: Client): Send {
  const breaks = new Map<string, number>();
  const send = async (message: Outgoing, mayUploadAnew = true): Promise<Outcome> => {
    const attachmentIds: string[] = [];
    for (const uploaded of await Promise.all(message.files.map(upload))) {
      if (uploaded === "later") return "later";
      if ("refusal" in uploaded) return { error: uploaded.refusal };
      attachmentIds.push(uploaded.attachmentId);
    }
    const { data, error } = await client
      .mutation(SendMessage, { input: inputOf(message, attachmentIds) }, { fetch: impatient })
      .toPromise();
    if (error) return failure(error, message, breaks);
    const refusal = data?.sendMessage?.userErrors[0];
    if (!refusal) return data?.sendMessage?.message ? "sent" : "later";
    if (refusal.code === "ATTACHMENT_NOT_USABLE" && mayUploadAnew) {
      // The server keeps what is not sent for a day only.
      for (const id of message.files) await uploadAnew(id);
      return send(message, false);
    }
    return { error: refusal.message };
  };
  return (message) => send(message);
}

function inputOf(message: Outgoing, attachmentIds: string[]): SendInput {
  const { clientId, conversationId, text, isUrgent, expiresAt, card, replyTo } = message;
  return {
    ...{ clientId, text, isUrgent, attachmentIds, to: { conversationId } },
    ...(expiresAt !== null && { expiresAt }),
    ...(card && { card }),
    ...(replyTo && { replyToId: replyTo.id }),
  };
}

/** A network that is half dead answers nothing for minutes. */
const impatient: typeof fetch = (input, init) => {
  const signals = [AbortSignal.timeout(PATIENCE), ...(init?.signal ? [init.signal] : [])];
  return fetch(input, { ...init, signal: AbortSignal.any(signals) });
};

function failure(error: CombinedError, { clientId }: Outgoing, breaks: Map<string, number>): Outcome {
  const code = errorCode(error);
  if (code === null || PASSING.has(code)) return "later";
  if (code === "INTERNAL") {
    const times = (breaks.get(clientId) ?? 0) + 1;
    breaks.set(clientId, times);
    if (times < BREAKS) return "later";
  }
  return { error: errorText(error, i18next.t) };
}
