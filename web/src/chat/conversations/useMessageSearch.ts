import { useCallback, useEffect, useState } from "react";
import { useClient, type CombinedError } from "urql";
import type { ResultOf } from "../api/graphql";
import { SearchMessages } from "./operations";

type Answer = NonNullable<ResultOf<typeof SearchMessages>["searchMessages"]>;
type Found = {
  nodes: Answer["nodes"];
  /** Where to search on, or null when everything was looked at. */
  endCursor: string | null;
  searchedUntil: string | null;
  error: CombinedError | undefined;
  isSearching: boolean;
};

const NOTHING: Found = { nodes: [], endCursor: null, searchedUntil: null, error: undefined, isSearching: true };

/** Messages that were found, newest first, and how to search further back. Give it a `key` by the query. */
export function useMessageSearch(query: string, conversationId: string | null = null) {
  const client = useClient();
  const [found, setFound] = useState(NOTHING);
  const [after, setAfter] = useState<string | null>(null);

  useEffect(() => {
    let isWanted = true;
    void client
      .query(SearchMessages, { query, conversationId, after }, { requestPolicy: "network-only" })
      .toPromise()
      .then(({ data, error }) => {
        if (!isWanted) return;
        const answer = data?.searchMessages;
        setFound((before) => ({
          nodes: [...before.nodes, ...(answer?.nodes ?? [])],
          endCursor: answer ? (answer.isComplete ? null : answer.endCursor) : before.endCursor,
          searchedUntil: answer?.searchedUntil ?? before.searchedUntil,
          error,
          isSearching: false,
        }));
      });
    return () => {
      isWanted = false;
    };
  }, [client, query, conversationId, after]);

  const further = useCallback(() => {
    setFound((before) => ({ ...before, isSearching: true }));
    setAfter(found.endCursor);
  }, [found.endCursor]);
  return { ...found, further };
}
