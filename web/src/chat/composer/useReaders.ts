import { useState } from "react";
import { useQuery } from "urql";
import type { Person } from "../people/person";
import { Readers } from "./operations";

/** Who takes part in a group; nobody until that is known. */
export function useReaders(conversationId: string, isGroup: boolean): Person[] {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data }] = useQuery({
    query: Readers,
    variables: { id: conversationId, after },
    pause: !isGroup,
    requestPolicy: "cache-first",
  });
  const page = data?.conversation?.participants;
  // A group has at most 250 people, which are three pages.
  if (page?.pageInfo.hasNextPage && page.pageInfo.endCursor !== after) setAfter(page.pageInfo.endCursor);
  return page?.nodes.map((node) => node.user) ?? [];
}
