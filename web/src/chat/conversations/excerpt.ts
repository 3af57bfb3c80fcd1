/** A piece of a text, and whether it is what was looked for. */
export type Piece = { text: string; isFound: boolean };

type Range = { start: number; end: number };

/** So many characters stand before the first word that was found. */
const BEFORE = 30;

/** Cuts a text into what was found and what stands between, beginning near the first find. */
export function pieces(text: string, ranges: readonly Range[]): Piece[] {
  // The server counts characters, not the halves that some of them have here.
  const letters = Array.from(text);
  const first = ranges[0]?.start ?? 0;
  const begin = first > BEFORE * 2 ? first - BEFORE : 0;
  const found: Piece[] = begin > 0 ? [{ text: "…", isFound: false }] : [];
  let at = begin;
  const push = (end: number, isFound: boolean) => {
    if (end > at) found.push({ text: letters.slice(at, end).join(""), isFound });
    at = Math.max(at, end);
  };
  for (const { start, end } of ranges) {
    push(start, false);
    push(end, true);
  }
  push(letters.length, false);
  return found;
}
