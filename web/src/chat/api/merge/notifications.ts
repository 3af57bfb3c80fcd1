import type { Cache } from "@urql/exchange-graphcache";
import { Notice } from "../../groups/group";
import type { Event } from "../events";
import { forget, pages, takeOut } from "./lists";

/** What an event says of the inbox, and of what the clinic tells everybody. */
export function mergeNotifications(cache: Cache, event: Event): void {
  switch (event.__typename) {
    case "NotificationAdded":
      if (event.node) addNotification(cache, event.node.id);
      break;
    case "NotificationsChanged": {
      // Without ids there were too many to name.
      if (event.notificationIds.length === 0) forget(cache, "Query", "notifications");
      const isThere = new Set(event.notifications.map(({ id }) => id));
      for (const id of event.notificationIds) if (!isThere.has(id)) removeNotification(cache, id);
      break;
    }
    case "ClinicNoticeChanged":
      cache.updateQuery({ query: Notice }, () => ({ clinicNotice: event.clinicNotice ?? null }));
      break;
  }
}

/** Puts an entry in front of the first pages of the inbox, which is unread and of a kind that all of them show. */
function addNotification(cache: Cache, id: string): void {
  const entry = `Notification:${id}`;
  for (const { page, nodes } of pages(cache, "Query", "notifications", (args) => args?.after == null)) {
    if (!nodes.includes(entry)) cache.link(page, "nodes", [entry, ...nodes]);
  }
}

/** Takes an entry out of the inbox. */
export function removeNotification(cache: Cache, id: string): void {
  takeOut(cache, "Query", "notifications", `Notification:${id}`);
}
