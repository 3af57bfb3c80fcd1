import type { Filter } from "./filter";

/** The views of the list, besides one for each tag. */
export const VIEWS = {
  all: { archivedForMe: false },
  unread: { archivedForMe: false, unreadOnly: true },
  favourites: { archivedForMe: false, favourite: true },
  groups: { archivedForMe: false, kind: "GROUP" },
  archived: { archivedForMe: true },
} as const satisfies Record<string, Filter>;

export type View = keyof typeof VIEWS;

/** A view by its key; tags begin with `#`. */
export function isView(key: string): key is View {
  return key in VIEWS;
}
