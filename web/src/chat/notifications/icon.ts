import { registration } from "./worker";

/** Shows on the icon of the installed page how much is unread, and takes away what was told of it once all is read. */
export function showOnIcon(count: number): void {
  // Only installed pages have an icon, and a browser may refuse; the number is on the page as well.
  if ("setAppBadge" in navigator) void navigator.setAppBadge(count).catch(() => undefined);
  if (count === 0) void closeNotifications();
}

async function closeNotifications(): Promise<void> {
  const shown = await (await registration())?.getNotifications();
  for (const notification of shown ?? []) notification.close();
}
