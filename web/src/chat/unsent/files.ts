import { session } from "../session/store";
import { kept, keptOf, type KeptFile } from "./kept";
import { state } from "../api/state";
import { sendFile } from "./upload";

/** A chosen file as it is shown, on its way or waiting. */
export type Attachment = {
  id: string;
  name: string;
  type: string;
  size: number;
  durationMs: number | null;
  /** An address of the file itself, to show or play it. */
  preview: string;
  /** How much of it is on the server, 0 to 1; null while it is not being sent. */
  progress: number | null;
  isUploaded: boolean;
  /** Why the server does not take it, in words. */
  refusal: string | null;
};

type Held = { file: KeptFile; shown: Attachment };

const held = state<ReadonlyMap<string, Held>>(new Map());
/** Another tab may be about to speak of a file it just kept. */
const A_WHILE = 60_000;
const running = new Map<string, { abort: AbortController; done: Promise<Uploaded> }>();

/** What became of an upload: its id, a refusal for good, or neither when the server could not be reached. */
export type Uploaded = { attachmentId: string } | { refusal: string } | "later";

function hold(file: KeptFile, progress: number | null = null): void {
  const before = held.get().get(file.id)?.shown;
  const shown: Attachment = {
    id: file.id,
    name: file.name,
    type: file.type,
    size: file.content.size,
    durationMs: file.durationMs,
    preview: before?.preview ?? URL.createObjectURL(file.content),
    progress,
    isUploaded: file.attachmentId !== null,
    refusal: file.refusal,
  };
  held.set(new Map(held.get()).set(file.id, { file, shown }));
}

function letGo(id: string): void {
  const shown = held.get().get(id)?.shown;
  if (!shown) return;
  URL.revokeObjectURL(shown.preview);
  held.set(new Map([...held.get()].filter(([each]) => each !== id)));
}

/** Takes what is kept into the page; what is there already stays as it is shown. */
export async function loadFiles(userId: string): Promise<void> {
  const files = await keptOf("files", userId);
  const ids = new Set(files.map((file) => file.id));
  for (const id of held.get().keys()) if (!ids.has(id) && !running.has(id)) letGo(id);
  for (const file of files) if (!running.has(file.id)) hold(file);
}

/** Removes files of which nothing speaks any more: the page was closed between two steps. */
export async function tidyFiles(userId: string): Promise<void> {
  const spoken = [...(await keptOf("messages", userId)), ...(await keptOf("drafts", userId))];
  const wanted = new Set(spoken.flatMap((each) => each.files));
  for (const { id, savedAt } of await keptOf("files", userId)) {
    if (!wanted.has(id) && Date.now() - savedAt > A_WHILE) await dropFile(id);
  }
}

/** Lets go of everything, on the way out. */
export function leaveFiles(): void {
  for (const { abort } of running.values()) abort.abort();
  for (const id of held.get().keys()) letGo(id);
}

/** Keeps a chosen file on this device, so that nothing takes it away before it is sent. */
export async function keepFile(content: Blob, name: string, durationMs: number | null = null): Promise<string> {
  const id = crypto.randomUUID();
  const file: KeptFile = {
    ...{ id, uploadId: crypto.randomUUID(), userId: session()?.userId ?? "", name, type: content.type },
    ...{ durationMs, content, attachmentId: null, refusal: null, savedAt: Date.now() },
  };
  await (await kept()).put("files", file);
  hold(file);
  return id;
}

/** Takes a file away, on its way or not. */
export async function dropFile(id: string): Promise<void> {
  running.get(id)?.abort.abort();
  letGo(id);
  await (await kept()).delete("files", id);
}

/** Those of the files that are there, as they are shown. */
export function useAttachments(ids: readonly string[]): Attachment[] {
  const all = held.use();
  return ids.flatMap((id) => all.get(id)?.shown ?? []);
}

/** Those of the files that the server refused. */
export function refused(ids: readonly string[]): string[] {
  return ids.filter((id) => held.get().get(id)?.shown.refusal != null);
}

/** Forgets the upload: the server no longer has it. It will be sent anew. */
export async function uploadAnew(id: string): Promise<void> {
  const file = await (await kept()).get("files", id);
  if (!file) return;
  const anew = { ...file, uploadId: crypto.randomUUID(), attachmentId: null };
  await (await kept()).put("files", anew);
  hold(anew);
}

/** Brings a file to the server, once, whoever else wants the same. */
export function upload(id: string): Promise<Uploaded> {
  const under = running.get(id);
  if (under) return under.done;
  const abort = new AbortController();
  // Another tab may be sending it: then its answer is taken when it is there.
  const done = navigator.locks
    .request(`bedside.file.${id}`, () => inTurn(() => uploadAlone(id, abort.signal)))
    .finally(() => running.delete(id));
  running.set(id, { abort, done });
  return done;
}

async function uploadAlone(id: string, signal: AbortSignal): Promise<Uploaded> {
  const file = await (await kept()).get("files", id);
  const isOver = () => signal.aborted;
  if (!file || isOver()) return "later";
  if (file.attachmentId !== null) return { attachmentId: file.attachmentId };
  if (file.refusal !== null) return { refusal: file.refusal };
  hold(file, 0);
  const answer = await sendFile(file, { signal, onProgress: (progress) => hold(file, progress) });
  if (isOver()) return "later";
  if (answer === "gone") {
    await uploadAnew(id);
    return uploadAlone(id, signal);
  }
  const after = answer === "later" ? file : { ...file, ...answer };
  await (await kept()).put("files", after);
  hold(after);
  return answer;
}

const AT_ONCE = 3;
let busy = 0;
const queue: (() => void)[] = [];

/** A few uploads at a time: more of them would only make each slower. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (busy >= AT_ONCE) await new Promise<void>((resolve) => queue.push(resolve));
  busy++;
  try {
    return await work();
  } finally {
    busy--;
    queue.shift()?.();
  }
}
