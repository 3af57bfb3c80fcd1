import { useMemo } from "react";
import { useQuery } from "urql";
import type { Notification } from "./notification";
import { UnreadNotifications } from "./operations";

/** What is unread in the inbox, newest first, live; undefined until it is known. */
export function useUnread(): Notification[] | undefined {
  const [{ data }] = useQuery({ query: UnreadNotifications });
  const nodes = data?.notifications?.nodes;
  // Those read meanwhile stay in the list of the cache.
  return useMemo(() => nodes && newestFirst(nodes.filter((entry) => !entry.isRead)), [nodes]);
}

/** Sorts, because entries that came live were put in front. */
export function newestFirst(entries: readonly Notification[]): Notification[] {
  return [...entries].sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
}
