import { session } from "../session/store";
import { announce } from "./tabs";
import { kept, keptOf, type Draft } from "./kept";
import { state } from "../api/state";

const drafts = state<ReadonlyMap<string, Draft>>(new Map());
const changed = new Set<string>();
let writing: Promise<void> | undefined;

/** What may be changed of a draft. */
export type Change = Partial<Omit<Draft, "userId" | "conversationId" | "savedAt">>;

function blank(conversationId: string): Draft {
  const userId = session()?.userId ?? "";
  const nothing = { text: "", files: [], isUrgent: false, expiresAfter: null, replyTo: null };
  return { userId, conversationId, ...nothing, savedAt: 0 };
}

function isEmpty(draft: Draft): boolean {
  return draft.text === "" && draft.files.length === 0 && draft.replyTo === null && !draft.isUrgent;
}

/** Takes what is kept into the page. */
export async function loadDrafts(userId: string): Promise<void> {
  const all = await keptOf("drafts", userId);
  const own = [...drafts.get()].filter(([id]) => changed.has(id));
  drafts.set(new Map([...all.map((draft) => [draft.conversationId, draft] as const), ...own]));
}

/** Lets go of everything, on the way out. */
export function leaveDrafts(): void {
  changed.clear();
  drafts.set(new Map());
}

/** What is being written in a conversation now. */
export function draftOf(conversationId: string): Draft {
  return drafts.get().get(conversationId) ?? blank(conversationId);
}

/** Changes a draft, and keeps it on this device. */
export function changeDraft(conversationId: string, change: Change): void {
  const draft = { ...draftOf(conversationId), ...change, savedAt: Date.now() };
  drafts.set(new Map(drafts.get()).set(conversationId, draft));
  changed.add(conversationId);
  writing ??= write().finally(() => (writing = undefined));
}

/** Resolves when every draft is kept. */
export function draftsAreKept(): Promise<void> {
  return writing ?? Promise.resolve();
}

/** One after the other, each as it is by then: typing goes on meanwhile. What is not kept yet counts as changed. */
async function write(): Promise<void> {
  const store = await kept();
  for (let [id] = changed; id !== undefined; [id] = changed) {
    const draft = draftOf(id);
    if (draft.userId === session()?.userId) {
      await (isEmpty(draft) ? store.delete("drafts", [draft.userId, id]) : store.put("drafts", draft));
      announce({ what: "draft" });
    }
    if (draftOf(id) === draft) changed.delete(id);
  }
}

/** What is being written in a conversation. */
export function useDraft(conversationId: string): Draft {
  return drafts.use().get(conversationId) ?? blank(conversationId);
}

/** The words of a draft, for the line of its conversation in the list; null when there are none. */
export function useDraftText(conversationId: string): string | null {
  const text = drafts.use().get(conversationId)?.text.trim();
  return text === undefined || text === "" ? null : text;
}
