import type { Exchange, OperationResult } from "@urql/core";
import { fromArray, mergeMap, pipe, tap } from "wonka";

type Heard = { at: number; result: OperationResult };

const FIELD = "events";

/**
 * An answer shows how things were when the server read them. When an event arrived while the server was asked, the
 * answer may be older than the event, and would undo it in the cache: so those events are told once more after it.
 * Place it after the cache.
 */
export const replayEvents: Exchange = ({ forward }) => {
  const asked = new Map<number, number>();
  let heard: Heard[] = [];

  const withEvents = (result: OperationResult): OperationResult[] => {
    const now = performance.now();
    if (result.operation.kind === "subscription") {
      // Kept only while an answer is awaited that they may be told after.
      if (asked.size > 0 && isEvent(result)) heard.push({ at: now, result });
      return [result];
    }
    const since = asked.get(result.operation.key);
    asked.delete(result.operation.key);
    const again = heard.filter(({ at }) => since !== undefined && at >= since).map(({ result }) => result);
    const oldest = Math.min(now, ...asked.values());
    heard = heard.filter(({ at }) => at >= oldest);
    return [result, ...again];
  };

  return (operations) =>
    pipe(
      operations,
      tap((operation) => {
        if (operation.kind === "query") asked.set(operation.key, performance.now());
        if (operation.kind === "teardown") asked.delete(operation.key);
      }),
      forward,
      mergeMap((result) => fromArray(withEvents(result))),
    );
};

function isEvent(result: OperationResult): boolean {
  return typeof result.data === "object" && result.data !== null && FIELD in result.data;
}
