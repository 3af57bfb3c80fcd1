import type { TFunction } from "i18next";
import { WORDS, type Words } from "../../worker/words";

const ADDRESS = "/service-worker.js";

/** Starts the service worker, which opens the page without a network and shows what is pushed. */
export function startWorker(): void {
  if (import.meta.env.PROD && "serviceWorker" in navigator) {
    // Where it is not allowed, as in a private window, the page goes without.
    void navigator.serviceWorker.register(ADDRESS).catch(() => undefined);
  }
}

/** The service worker, when there is one. */
export async function registration(): Promise<ServiceWorkerRegistration | undefined> {
  return "serviceWorker" in navigator ? navigator.serviceWorker.getRegistration() : undefined;
}

/** Gives the worker the words of the chosen language, because it runs while no page does. */
export async function giveWords(t: TFunction): Promise<void> {
  if (!("caches" in globalThis)) return;
  const words: Words = {
    message: t("notifications.pushMessage"),
    other: t("notifications.pushOther"),
    body: t("notifications.pushBody"),
  };
  await (await caches.open(WORDS)).put(WORDS, Response.json(words));
}

/** Calls `open` with the place that a pressed notification leads to; the answer stops that. */
export function onPressed(open: (path: string) => void): () => void {
  if (!("serviceWorker" in navigator)) return () => undefined;
  const listener = ({ data }: MessageEvent<{ open?: string }>) => {
    if (data.open !== undefined) open(data.open);
  };
  navigator.serviceWorker.addEventListener("message", listener);
  return () => navigator.serviceWorker.removeEventListener("message", listener);
}
