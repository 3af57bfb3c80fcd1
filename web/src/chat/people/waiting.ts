import { useQuery } from "urql";
import { graphql } from "../api/graphql";

/** What waits for an answer of the viewer: requests to be a contact, invitations to groups. */
const Waiting = graphql(`
  query Waiting {
    contacts(first: 50, filter: { state: RECEIVED }) {
      nodes {
        id
        user {
          id
        }
      }
    }
    invitations(first: 50) {
      nodes {
        id
      }
    }
  }
`);

/** How many people wait for an answer of the viewer, live. */
export function useWaiting(): number {
  const [{ data }] = useQuery({ query: Waiting });
  return (data?.contacts?.nodes.length ?? 0) + (data?.invitations?.nodes.length ?? 0);
}
