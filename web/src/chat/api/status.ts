import type { Client } from "@urql/core";
import type { Cache } from "@urql/exchange-graphcache";
import type { Event } from "./events";
import { graphql } from "./graphql";
import { unreadByOthers } from "./merge/messages";

const Statuses = graphql(`
  query Statuses($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Message {
        id
        status
      }
    }
  }
`);

const SOON = 150;
const MOST = 100;

/**
 * Events tell that others got or read messages, not which; how far each of one's own has come is asked for then, for
 * those on screen, once for a burst of events.
 */
export function followStatus(client: () => Client) {
  const changed = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const ask = () => {
    const ids = [...changed].slice(-MOST);
    changed.clear();
    void client().query(Statuses, { ids }, { requestPolicy: "network-only" }).toPromise();
  };

  return {
    follow(cache: Cache, event: Event): void {
      if (event.__typename !== "MessagesRead" && event.__typename !== "MessagesDelivered") return;
      const ids = event.conversation ? unreadByOthers(cache, event.conversation.id) : [];
      if (ids.length === 0) return;
      for (const id of ids) changed.add(id);
      clearTimeout(timer);
      timer = setTimeout(ask, SOON);
    },
    stop: () => clearTimeout(timer),
  };
}
