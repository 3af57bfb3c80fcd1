import { changeDraft, draftOf } from "../unsent/drafts";
import { keepFile } from "../unsent/files";
import { state } from "../api/state";

/** The most files of one message. */
export const MOST_FILES = 10;
/** The largest file, in bytes. */
export const LARGEST = 10 * 2 ** 20;

/** Endings of the files that the server takes. */
export const ENDINGS =
  "pdf doc docx xls xlsx txt csv jpg jpeg png gif bmp tif tiff webp mp4 m4v mov webm mp3 m4a wav ogg oga opus weba flac aac".split(
    " ",
  );

/** Why a file was not taken. */
export type Problem = { name: string; why: "large" | "empty" | "kind" | "many" | "room" };

const problems = state<{ conversationId: string; list: readonly Problem[] }>({ conversationId: "", list: [] });
const NONE: readonly Problem[] = [];

/** The files of a conversation that were not taken, until they are dismissed. */
export function useProblems(conversationId: string): readonly Problem[] {
  const now = problems.use();
  return now.conversationId === conversationId ? now.list : NONE;
}

/** Says which files were not taken; none dismisses what was said. */
export function tellProblems(conversationId: string, list: readonly Problem[]): void {
  problems.set({ conversationId, list });
}

/** Puts chosen, dropped or pasted files to the draft; those that cannot be sent are named, and the rest is kept. */
export async function addFiles(conversationId: string, files: readonly File[]): Promise<void> {
  const list: Problem[] = [];
  let room = MOST_FILES - draftOf(conversationId).files.length;
  for (const file of files) {
    const why = problemOf(file, room);
    if (why) list.push({ name: file.name, why });
    else {
      room--;
      await add(conversationId, file, file.name).catch(() => list.push({ name: file.name, why: "room" }));
    }
  }
  tellProblems(conversationId, list);
}

/** Puts one thing that is known to be good to the draft. */
export async function add(
  conversationId: string,
  content: Blob,
  name: string,
  durationMs: number | null = null,
): Promise<void> {
  const id = await keepFile(content, name, durationMs);
  changeDraft(conversationId, { files: [...draftOf(conversationId).files, id] });
}

/** Why a file cannot be sent, as far as this page can tell; the server looks inside as well. */
export function problemOf(file: Pick<File, "name" | "size">, room: number): Problem["why"] | null {
  const ending = /\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase();
  if (ending !== undefined && !ENDINGS.includes(ending)) return "kind";
  if (file.size === 0) return "empty";
  if (file.size > LARGEST) return "large";
  return room <= 0 ? "many" : null;
}
