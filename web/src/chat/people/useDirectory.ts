import { useState } from "react";
import { useQuery } from "urql";
import type { VariablesOf } from "../api/graphql";
import { Directory } from "./operations";

const PAGE = 30;

export type DirectoryFilter = NonNullable<VariablesOf<typeof Directory>["filter"]>;

/** The people of the directory who fit, and how to have more of them. */
export function useDirectory(filter: DirectoryFilter) {
  const key = JSON.stringify(filter);
  const [place, setPlace] = useState<{ key: string; after: string | null }>({ key, after: null });
  const after = place.key === key ? place.after : null;
  const [{ data, error, fetching, stale }, ask] = useQuery({
    query: Directory,
    variables: { first: PAGE, after, filter },
  });
  const page = data?.users;
  const isLoading = fetching || stale;
  return {
    people: page?.nodes,
    error,
    isLoading,
    more: page?.pageInfo.hasNextPage && !isLoading ? () => setPlace({ key, after: page.pageInfo.endCursor }) : null,
    retry: () => ask({ requestPolicy: "network-only" }),
  };
}
