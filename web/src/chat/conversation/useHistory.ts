import { useEffect, useState, useSyncExternalStore } from "react";
import { useClient } from "urql";
import { openHistory, type History, type View } from "./history";
import { FirstUnread } from "./operations";

/** The history of a conversation, as long as it is shown. */
export function useHistory(conversationId: string): { history: History; view: View } {
  const client = useClient();
  const [history] = useState(() => openHistory(client, conversationId));
  const view = useSyncExternalStore(history.onChange, history.view);
  useEffect(() => {
    history.open();
    return history.close;
  }, [history]);
  return { history, view };
}

/** The first unread message as it was when the conversation was opened; undefined until that is known. */
export function useFirstUnread(
  conversationId: string,
  unreadCount: number,
): [string | null | undefined, (id: string) => void] {
  const client = useClient();
  const [first, setFirst] = useState<string | null | undefined>(unreadCount > 0 ? undefined : null);
  useEffect(() => {
    let isWanted = true;
    if (first !== undefined) return;
    void client
      .query(FirstUnread, { id: conversationId }, { requestPolicy: "network-only" })
      .toPromise()
      .then(({ data }) => isWanted && setFirst(data?.conversation?.firstUnread?.id ?? null));
    return () => {
      isWanted = false;
    };
  }, [client, conversationId, first]);
  return [first, setFirst];
}
