import { WORDS, type Words } from "./words";

declare const self: ServiceWorkerGlobalScope;

/** The files of the page and what changes when one of them does, written here by the build. */
declare const PAGE_FILES: readonly string[];
declare const PAGE_VERSION: string;

const PAGE = "/chat";
const FILES = PAGE_FILES;
/** Each build has its own, so that an old page keeps its files until it is closed. */
const CACHE = `page-${PAGE_VERSION}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...FILES])));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const old = (await caches.keys()).filter((name) => name !== CACHE && name !== WORDS);
      await Promise.all(old.map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

// Only the page and its files are answered from here. What people wrote is never kept.
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (origin !== self.location.origin || event.request.method !== "GET") return;
  if (event.request.mode === "navigate" && (pathname === PAGE || pathname.startsWith(`${PAGE}/`))) {
    event.respondWith(fetch(event.request).catch(() => kept(PAGE)));
  } else if (FILES.includes(pathname)) {
    event.respondWith(kept(pathname).catch(() => fetch(event.request)));
  }
});

async function kept(path: string): Promise<Response> {
  const answer = await caches.match(path, { cacheName: CACHE });
  if (!answer) throw new Error("not kept");
  return answer;
}

self.addEventListener("push", (event) => event.waitUntil(show(event.data)));

/** Says that something came, not what. Who looks at the page sees it there. */
async function show(data: PushMessageData | null): Promise<void> {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (windows.some((window) => window.focused && isPage(window))) return;
  const { message, other, body } = await words();
  const path = place(data);
  const title = path === "/" ? other : message;
  // Telephones show no SVG here, and of the badge only its shape.
  const looks = { icon: "/icons/bedside-192.png", badge: "/icons/badge-96.png" };
  await self.registration.showNotification(title, { body, tag: path, ...looks, data: path });
}

async function words(): Promise<Words> {
  const given = await caches.match(WORDS, { cacheName: WORDS });
  return given ? ((await given.json()) as Words) : { message: "Bedside", other: "Bedside", body: "" };
}

function place(data: PushMessageData | null): string {
  const { conversationId } = (data?.json() ?? {}) as { conversationId?: string | null };
  return conversationId != null && /^\w+$/.test(conversationId) ? `/c/${conversationId}` : "/";
}

function isPage(window: WindowClient): boolean {
  const { pathname } = new URL(window.url);
  return pathname === PAGE || pathname.startsWith(`${PAGE}/`);
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data as string));
});

/** Goes to a place in a page that is open, or in a new one. */
async function open(path: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const window = windows.find(isPage);
  if (!window) {
    await self.clients.openWindow(PAGE + (path === "/" ? "" : path));
    return;
  }
  window.postMessage({ open: path });
  await window.focus();
}
