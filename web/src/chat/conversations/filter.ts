import type { Row } from "./row";

/** Which conversations a list shows; the fields are those of the API's `ConversationFilter`. */
export type Filter = {
  archivedForMe?: boolean | null;
  blocked?: boolean | null;
  favourite?: boolean | null;
  kind?: Row["kind"] | null;
  tag?: string | null;
  unreadOnly?: boolean;
};

/** Whether a conversation belongs in a list now, so that lists stay right without asking the server again. */
export function matches(row: Row, filter: Filter | null | undefined): boolean {
  if (!filter) return true;
  const favourite = row.partner?.contactWithViewer?.isFavourite ?? false;
  const blocked = row.partner?.isBlockedByViewer ?? false;
  return (
    (filter.archivedForMe == null || filter.archivedForMe === row.viewerHasArchived) &&
    (filter.blocked == null || filter.blocked === blocked) &&
    (filter.favourite == null || filter.favourite === favourite) &&
    (filter.kind == null || filter.kind === row.kind) &&
    (filter.tag == null || row.tags.includes(filter.tag)) &&
    (!filter.unreadOnly || row.unreadCount > 0)
  );
}

/** Newest activity first. */
export function inOrder(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt) || b.id.localeCompare(a.id));
}
