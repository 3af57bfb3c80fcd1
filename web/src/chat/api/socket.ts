import { createClient, type Client } from "graphql-ws";
import { useSyncExternalStore } from "react";
import { freshToken, renew } from "../session/renewal";
import { onSession, session } from "../session/store";

/** Whether what is shown is live. */
export type Connection = "connecting" | "live" | "lost";

const PING_EVERY = 15_000;
const ANSWER_WITHIN = 5_000;
const FORBIDDEN = 4403;
/** The other reasons pass by waiting: a server that is busy, or too many open pages. */
const ENDED = /^(TOKEN_EXPIRED|SESSION_REVOKED|UNAUTHENTICATED|The session was ended)/;
const RENEW =
  "mutation RenewConnection($input: RenewConnectionInput!) { renewConnection(input: $input) { expiresAt } }";

let connection: Connection = "connecting";
const listeners = new Set<() => void>();

function become(next: Connection): void {
  if (next === connection) return;
  connection = next;
  for (const listener of listeners) listener();
}

function onConnection(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the page hears of changes now. */
export function useConnection(): Connection {
  return useSyncExternalStore(onConnection, () => connection);
}

/** Calls `listener` each time the page hears of changes again; the answer stops that. */
export function onLive(listener: () => void): () => void {
  return onConnection(() => {
    if (connection === "live") listener();
  });
}

/** Resolves after a growing, random while, or as soon as the network is back. */
export function backOff(retries: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(500 * 2 ** retries, 20_000) * (0.5 + Math.random()));
    addEventListener("online", done);
  });
}

/** The one socket of this tab. It comes back by itself until it is disposed of, or the session ends. */
export function openSocket(): Client {
  let answer: ReturnType<typeof setTimeout> | undefined;
  let heard = Date.now();
  const socket = createClient({
    url: `${location.origin.replace(/^http/, "ws")}/graphql/ws`,
    connectionParams: async () => ({ Authorization: `Bearer ${(await freshToken()) ?? ""}` }),
    keepAlive: PING_EVERY,
    retryAttempts: Infinity,
    retryWait: backOff,
    shouldRetry: () => session() !== null,
    on: {
      connected: () => become("live"),
      message: () => (heard = Date.now()),
      ping: (received) => {
        if (!received) answer = setTimeout(() => socket.terminate(), ANSWER_WITHIN);
      },
      pong: (received) => {
        if (received) clearTimeout(answer);
      },
      closed: (event) => {
        clearTimeout(answer);
        become("lost");
        // With a new token the next attempt goes through, or the session has ended.
        const { code, reason } = event as CloseEvent;
        if (code === FORBIDDEN && ENDED.test(reason)) void renew().catch(() => undefined);
      },
      error: () => become("lost"),
    },
  });

  // A device that slept may hold a socket that is long dead. Do not wait for the next ping.
  const wake = () => {
    if (document.visibilityState === "visible" && Date.now() - heard > 4 * PING_EVERY) socket.terminate();
  };
  const lose = () => socket.terminate();
  document.addEventListener("visibilitychange", wake);
  addEventListener("offline", lose);
  let token = session()?.accessToken;
  const stop = onSession(() => {
    const next = session()?.accessToken;
    if (!next || next === token) return;
    token = next;
    if (connection === "live") tell(socket, next);
  });
  return {
    ...socket,
    dispose: () => {
      document.removeEventListener("visibilitychange", wake);
      removeEventListener("offline", lose);
      stop();
      clearTimeout(answer);
      void socket.dispose();
      become("connecting");
    },
  };
}

/** Gives an open socket the new token, so that its streams do not end with the old one. */
function tell(socket: Client, accessToken: string): void {
  const nothing = () => undefined;
  socket.subscribe(
    { query: RENEW, variables: { input: { accessToken } } },
    { next: nothing, error: nothing, complete: nothing },
  );
}
