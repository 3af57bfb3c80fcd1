import { Client, fetchExchange, mapExchange, subscriptionExchange, type CombinedError } from "@urql/core";
import { authExchange } from "@urql/exchange-auth";
import type { Cache } from "@urql/exchange-graphcache";
import { isStale, renew } from "../session/renewal";
import { session, setSession } from "../session/store";
import { cache } from "./cache";
import { errorCode } from "./errors";
import type { Event } from "./events";
import type { Place } from "./live";
import { merge } from "./merge/merge";
import { replayEvents } from "./replay";
import { retryWhenLive } from "./retry";
import { openSocket } from "./socket";
import { followStatus } from "./status";

declare module "@urql/core" {
  interface OperationContext {
    /** Where a subscription goes on from, also on each new socket. */
    place?: Place;
  }
}

/** The way to the server for one sign-in: cache, tokens, socket. */
export type Api = { client: Client; close: () => void };

const NOT_SIGNED_IN = new Set(["UNAUTHENTICATED", "TOKEN_EXPIRED"]);

const authorization = authExchange((utils) =>
  Promise.resolve({
    addAuthToOperation: (operation) =>
      utils.appendHeaders(operation, { Authorization: `Bearer ${session()?.accessToken ?? ""}` }),
    willAuthError: isStale,
    didAuthError: (error) => NOT_SIGNED_IN.has(errorCode(error) ?? ""),
    refreshAuth: async () => {
      await renew().catch(() => undefined);
    },
  }),
);

/** The server ended this session, here or from another device. */
function endWhenRevoked(error: CombinedError): void {
  if (errorCode(error) === "SESSION_REVOKED") setSession(null);
}

/** Makes the way to the server for the session there is. */
export function openApi(): Api {
  const socket = openSocket();
  const status = followStatus(() => client);
  const retry = retryWhenLive(() => client);
  const onEvent = (cache: Cache, event: Event) => {
    merge(cache, event);
    status.follow(cache, event);
  };
  const client = new Client({
    url: "/graphql",
    // What is asked must not stand in addresses, which servers log.
    preferGetMethod: false,
    requestPolicy: "cache-and-network",
    exchanges: [
      retry.exchange,
      mapExchange({ onError: endWhenRevoked }),
      cache(onEvent),
      replayEvents,
      authorization,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = "", variables }, { context }) => {
          const { place } = context;
          // Read anew by the socket each time it has to subscribe again.
          const from = place && {
            get after() {
              return place.cursor;
            },
          };
          return {
            subscribe: (sink) => ({
              unsubscribe: socket.subscribe({ query, variables: from ?? (variables as Record<string, unknown>) }, sink),
            }),
          };
        },
      }),
    ],
  });
  return {
    client,
    close: () => {
      status.stop();
      retry.stop();
      void socket.dispose();
    },
  };
}
