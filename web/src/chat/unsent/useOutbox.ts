import { useMemo } from "react";
import { useAttachments, type Attachment } from "./files";
import type { Outgoing } from "./kept";
import { edit, remove, retry, useAll } from "./outbox";

/** A message on its way, as it is shown. */
export type OutboxEntry = Omit<Outgoing, "files"> & {
  state: "waiting" | "sending" | "sent" | "failed";
  attachments: Attachment[];
};

/** What was written in a conversation and is not known to be on the server. */
export function useOutbox(conversationId: string) {
  const { messages, steps } = useAll();
  const here = useMemo(
    () => messages.filter((each) => each.conversationId === conversationId),
    [messages, conversationId],
  );
  const attachments = useAttachments(here.flatMap((each) => each.files));
  const entries = here.map(({ files, ...message }): OutboxEntry => {
    const state = message.error !== null ? "failed" : (steps.get(message.clientId) ?? "waiting");
    return { ...message, state, attachments: attachments.filter((each) => files.includes(each.id)) };
  });
  return { entries, retry, remove, edit };
}

/** How many messages the viewer has written that the server does not have. */
export function useUnsentCount(): number {
  const { messages, steps } = useAll();
  return messages.filter((each) => steps.get(each.clientId) !== "sent").length;
}

/** Those that are not among the messages shown: a message stands once, whichever way it came first. */
export function notShown<E extends { clientId: string }>(
  entries: readonly E[],
  messages: readonly { clientId: string | null }[],
): E[] {
  const there = new Set(messages.map((message) => message.clientId));
  return entries.filter((entry) => !there.has(entry.clientId));
}
