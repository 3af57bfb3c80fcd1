import { useEffect, useState } from "react";
import { useQuery } from "urql";
import { Contacts } from "./operations";

const PAGE = 100;

/** All contacts of the viewer in a state, asked for page after page: they are sorted by name, which needs them all. */
export function useContacts(state: "ACCEPTED" | "RECEIVED" | "SENT") {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error }, ask] = useQuery({ query: Contacts, variables: { first: PAGE, after, filter: { state } } });
  const page = data?.contacts;
  const next = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  useEffect(() => {
    // The next page is asked for when the one before was answered.
    if (next !== null) setAfter(next);
  }, [next]);
  return { contacts: page?.nodes, error, retry: () => ask({ requestPolicy: "network-only" }) };
}
