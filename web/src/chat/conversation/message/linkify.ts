import { LinkifyIt } from "linkify-it";

/** A piece of a text: words, a link, or somebody who is named. */
export type Piece =
  | { kind: "text"; text: string }
  | { kind: "link"; text: string; href: string }
  | { kind: "mention"; text: string; userId: string };

type Named = { id: string; username: string; fullName: string };

// Only what leads to a page or to mail; everything else stays text.
const finder = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: true, fuzzyIP: false }).add("ftp:", null).add("//", null);
const ALLOWED = /^(https?|mailto):/i;

/** Cuts a text into words, links and people. */
export function pieces(text: string, mentions: readonly Named[] = []): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of finder.match(text) ?? []) {
    if (!ALLOWED.test(match.url)) continue;
    found.push(...named(text.slice(at, match.index), mentions));
    // What has no scheme is asked for in the safe way.
    const href = match.schema === "" ? match.url.replace(/^http:/, "https:") : match.url;
    found.push({ kind: "link", text: match.text, href });
    at = match.lastIndex;
  }
  found.push(...named(text.slice(at), mentions));
  return found;
}

function named(text: string, mentions: readonly Named[]): Piece[] {
  if (text === "") return [];
  if (mentions.length === 0) return [{ kind: "text", text }];
  const found: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(/(?<![\w.@-])@([\w.-]*\w)/g)) {
    const user = mentions.find(({ username }) => username === match[1]?.toLowerCase());
    if (!user) continue;
    if (match.index > at) found.push({ kind: "text", text: text.slice(at, match.index) });
    found.push({ kind: "mention", text: `@${user.fullName}`, userId: user.id });
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ kind: "text", text: text.slice(at) });
  return found;
}
