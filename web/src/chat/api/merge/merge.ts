import type { Cache } from "@urql/exchange-graphcache";
import type { Event } from "../events";
import { mergeConversations } from "./conversations";
import { forgetEverything } from "./lists";
import { mergeMessages } from "./messages";
import { mergeNotifications } from "./notifications";
import { mergePeople } from "./people";

/** Does to the cache what an event says of lists; the objects in it were merged by their ids already. */
export function merge(cache: Cache, event: Event): void {
  if (event.__typename === "Resync") forgetEverything(cache);
  mergeMessages(cache, event);
  mergeConversations(cache, event);
  mergePeople(cache, event);
  mergeNotifications(cache, event);
}
