import { useQuery, useSubscription } from "urql";
import { UnreadTotal, UnreadTotalChanged } from "../api/cache";

/** How many messages the viewer has not read, live; undefined until it is known. */
export function useUnreadTotal(): number | undefined {
  useSubscription({ query: UnreadTotalChanged });
  const [{ data }] = useQuery({ query: UnreadTotal });
  return data?.unreadCounts?.total;
}
