import type { Cache } from "@urql/exchange-graphcache";
import type { ListedContact } from "../../people/person";
import { session } from "../../session/store";
import type { Event } from "../events";
import { forget, isFull, pages, type Key } from "./lists";

/** What an event says of people and of the viewer's own sign-ins. */
export function mergePeople(cache: Cache, event: Event): void {
  switch (event.__typename) {
    case "ContactChanged":
      if (!event.user) break;
      listContact(cache, event.user.id, event.contact ?? null);
      // Who was declined may not ask again.
      forget(cache, `User:${event.user.id}`, "viewerCanRequestContact");
      break;
    case "BlockChanged":
      // The list shows only who is blocked still; whoever is new in it has to be asked for.
      if (event.user?.isBlockedByViewer) forgetBlocks(cache);
      if (event.user) forgetPermission(cache, event.user.id);
      break;
    case "SessionStarted":
    case "SessionEnded":
      forget(cache, `Viewer:${session()?.userId ?? ""}`, "sessions");
      break;
  }
}

/** Puts what the viewer and somebody are to each other into the list of its kind, and out of all others. */
export function listContact(cache: Cache, userId: string, contact: Pick<ListedContact, "id" | "state"> | null): void {
  const key = contact && `Contact:${contact.id}`;
  for (const { page, args, nodes } of pages(cache, "Query", "contacts", () => true)) {
    const others = nodes.filter((each) => each !== key && cache.resolve(each, "user") !== `User:${userId}`);
    const { state } = (args?.filter ?? {}) as { state?: ListedContact["state"] };
    const belongs = contact?.state === (state ?? "ACCEPTED");
    if (belongs && key !== null) {
      // The lists are oldest first: whoever comes, comes at the end.
      if (!nodes.includes(key) && !isFull(cache, page)) cache.link(page, "nodes", [...others, key]);
    } else if (others.length < nodes.length) cache.link(page, "nodes", others);
  }
}

/** Has the list of blocked people asked for again. */
export function forgetBlocks(cache: Cache): void {
  forget(cache, `Viewer:${session()?.userId ?? ""}`, "blocks");
}

/** Whether one may write to somebody changes with a block. */
function forgetPermission(cache: Cache, userId: string): void {
  for (const { fieldKey, fieldName } of cache.inspectFields("Query")) {
    if (fieldName !== "conversation") continue;
    const conversation = cache.resolve("Query", fieldKey) as Key | null | undefined;
    if (conversation && cache.resolve(conversation, "partner") === `User:${userId}`) {
      cache.invalidate(conversation, "viewerCanSend");
    }
  }
}
