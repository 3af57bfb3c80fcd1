import { useCallback, useMemo, useState } from "react";
import { useQuery } from "urql";
import { inOrder, matches, type Filter } from "./filter";
import { Conversations } from "./operations";

const PAGE = 30;

/** The conversations of a list as they are now, and how to have more of them. `filter` stays the same object. */
export function useConversations(filter: Filter) {
  const [place, setPlace] = useState<{ filter: Filter; after: string | null }>({ filter, after: null });
  const after = place.filter === filter ? place.after : null;
  const [{ data, error, fetching, stale }, ask] = useQuery({
    query: Conversations,
    variables: { first: PAGE, after, filter },
  });
  const page = data?.conversations;
  const rows = useMemo(
    () => (page ? inOrder(page.nodes.filter((row) => matches(row, filter))) : undefined),
    [page, filter],
  );
  const end = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  const more = useCallback(() => setPlace({ filter, after: end }), [filter, end]);
  return {
    rows,
    error,
    more: end !== null && !fetching && !stale ? more : null,
    retry: () => ask({ requestPolicy: "network-only" }),
  };
}
