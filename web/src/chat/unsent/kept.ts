import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { VariablesOf } from "../api/graphql";
import type { SendMessage } from "../conversation/operations";

export type SendInput = VariablesOf<typeof SendMessage>["input"];
export type CardInput = NonNullable<SendInput["card"]>;

/** The message that is answered, as it is shown above the answer. */
export type Quote = { id: string; sender: string; excerpt: string };

/** A message on its way to the server. */
export type Outgoing = {
  clientId: string;
  userId: string;
  conversationId: string;
  /** Grows with each message, so that they go in the order they were written. */
  place: number;
  createdAt: string;
  text: string;
  isUrgent: boolean;
  expiresAt: string | null;
  card: CardInput | null;
  replyTo: Quote | null;
  /** Ids of its files, in order. */
  files: string[];
  /** Why the server will never take it, in words; null while it may. */
  error: string | null;
};

/** How long a message stays that deletes itself. */
export type Expiry = "day" | "week" | "month";

/** What is being written in a conversation. */
export type Draft = {
  userId: string;
  conversationId: string;
  text: string;
  files: string[];
  isUrgent: boolean;
  /** When it deletes itself; null when it stays. */
  expiresAfter: Expiry | null;
  replyTo: Quote | null;
  savedAt: number;
};

/** A file that was chosen and belongs to no message on the server yet. */
export type KeptFile = {
  id: string;
  userId: string;
  name: string;
  type: string;
  durationMs: number | null;
  content: Blob;
  /** The name of its upload; a new one when the server has forgotten the old. */
  uploadId: string;
  /** What the server knows it by, once it is there. */
  attachmentId: string | null;
  /** Why the server does not take it, in words. */
  refusal: string | null;
  savedAt: number;
};

interface Kept extends DBSchema {
  messages: { key: string; value: Outgoing };
  drafts: { key: [userId: string, conversationId: string]; value: Draft };
  files: { key: string; value: KeptFile };
}

type Name = "messages" | "drafts" | "files";
const NAMES: readonly Name[] = ["messages", "drafts", "files"];
const WEEK = 7 * 24 * 3600_000;

let opened: Promise<IDBPDatabase<Kept>> | undefined;

/** The place on this device where what was not sent yet is kept. */
export function kept(): Promise<IDBPDatabase<Kept>> {
  opened ??= openDB<Kept>("bedside", 1, {
    upgrade: (database) => {
      database.createObjectStore("messages", { keyPath: "clientId" });
      database.createObjectStore("drafts", { keyPath: ["userId", "conversationId"] });
      database.createObjectStore("files", { keyPath: "id" });
    },
    // The browser closed it, or another tab wants to change it: the next one who asks opens it anew.
    blocking: (_now, _next, event) => (event.target as IDBDatabase).close(),
    terminated: () => (opened = undefined),
  });
  opened.catch(() => (opened = undefined));
  return opened;
}

/** Everything of one person, for one of the three kinds. */
export async function keptOf<N extends Name>(name: N, userId: string): Promise<Kept[N]["value"][]> {
  const all = await (await kept()).getAll(name);
  return all.filter((each) => each.userId === userId);
}

/** Removes what was kept for everybody but this person. */
export function forgetOthers(userId: string): Promise<void> {
  return forget((each) => each.userId !== userId);
}

/** Removes everything: whoever was signed in here has left. */
export function forgetAll(): Promise<void> {
  return forget(() => true);
}

/** Nobody is signed in. What somebody left behind without signing out waits for them for a week. */
export function forgetOld(now = Date.now()): Promise<void> {
  return forget((each) => now - ("savedAt" in each ? each.savedAt : each.place) > WEEK);
}

async function forget(isOver: (each: Kept[Name]["value"]) => boolean): Promise<void> {
  const transaction = (await kept()).transaction(NAMES, "readwrite");
  for (const name of NAMES) {
    let cursor = await transaction.objectStore(name).openCursor();
    while (cursor) {
      if (isOver(cursor.value)) await cursor.delete();
      cursor = await cursor.continue();
    }
  }
  await transaction.done;
}
