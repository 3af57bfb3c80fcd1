import { useCallback, useRef } from "react";
import { useClient } from "urql";
import { useConnection } from "../api/socket";
import { SetTyping } from "./operations";

/** What is said holds for six seconds. */
const EVERY = 4_000;

/** Tells the others that the viewer types, or has stopped; not more often than is needed. */
export function useTyping(conversationId: string): (isTyping: boolean) => void {
  const client = useClient();
  const isLive = useConnection() === "live";
  const said = useRef(0);
  return useCallback(
    (isTyping) => {
      const now = Date.now();
      if (!isLive || (isTyping ? now - said.current < EVERY : said.current === 0)) return;
      said.current = isTyping ? now : 0;
      void client.mutation(SetTyping, { input: { conversationId, isTyping } }).toPromise();
    },
    [client, conversationId, isLive],
  );
}
