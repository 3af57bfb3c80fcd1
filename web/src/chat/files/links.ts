import { useCallback } from "react";
import { useClient } from "urql";
import { graphql } from "../api/graphql";

const Links = graphql(`
  query Links($id: ID!) {
    message(id: $id) {
      id
      attachments {
        id
        temporaryUrl {
          url
          expiresAt
        }
      }
    }
  }
`);

/** Gives the address of a sent file, good for a short time without a token, for players and downloads. */
export function useLink(): (messageId: string, fileId: string) => Promise<string> {
  const client = useClient();
  return useCallback(
    async (messageId, fileId) => {
      const { data } = await client.query(Links, { id: messageId }, { requestPolicy: "network-only" }).toPromise();
      const url = data?.message?.attachments.find(({ id }) => id === fileId)?.temporaryUrl?.url;
      if (url === undefined) throw new Error("the file is not there");
      const { pathname, search } = new URL(url, location.origin);
      return pathname + search;
    },
    [client],
  );
}
