import { mapExchange, type Client, type Operation } from "@urql/core";
import { onLive } from "./socket";

/** Asks again what could not be asked without a network, as soon as it is back and somebody still wants to know. */
export function retryWhenLive(client: () => Client) {
  const failed = new Map<number, Operation>();
  const again = () => {
    const operations = [...failed.values()];
    failed.clear();
    for (const operation of operations) {
      client().reexecuteOperation(
        client().createRequestOperation("query", operation, { ...operation.context, requestPolicy: "network-only" }),
      );
    }
  };
  const stop = onLive(again);
  addEventListener("online", again);
  return {
    exchange: mapExchange({
      onOperation: (operation) => {
        if (operation.kind === "teardown") failed.delete(operation.key);
      },
      onResult: ({ operation, error }) => {
        if (operation.kind === "query" && error?.networkError) failed.set(operation.key, operation);
      },
    }),
    stop: () => {
      stop();
      removeEventListener("online", again);
    },
  };
}
