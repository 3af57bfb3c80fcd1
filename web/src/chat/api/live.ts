import type { Client } from "@urql/core";
import { onEnd, onPush, pipe, publish, takeUntil, makeSubject } from "wonka";
import { Events, type Event } from "./events";
import { backOff } from "./socket";

/** The place in the server's journal up to which this page knows everything. */
export type Place = { cursor: string };

/**
 * Hears of everything that changes after `place`, until the answer is called. `place` moves on with each event, so
 * that a new socket goes on where the old one broke: nothing is missing, and nothing comes twice.
 */
export function listen(client: Client, place: Place): () => void {
  const stop = makeSubject<undefined>();
  let isStopped = false;
  let failures = 0;

  const begin = () => {
    let wasHeard = false;
    pipe(
      client.subscription(Events, {}, { place }),
      takeUntil(stop.source),
      onPush(({ data, error }) => {
        if (data) {
          wasHeard = true;
          advance(place, data.events);
        } else if (error) again(wasHeard);
      }),
      onEnd(() => again(wasHeard)),
      publish,
    );
  };
  let isWaiting = false;
  const again = (wasHeard: boolean) => {
    if (isStopped || isWaiting) return;
    isWaiting = true;
    failures = wasHeard ? 0 : failures + 1;
    void backOff(failures).then(() => {
      isWaiting = false;
      if (!isStopped) begin();
    });
  };

  begin();
  return () => {
    isStopped = true;
    stop.next(undefined);
  };
}

/** Remembers how far was heard; an event is merged before this is called. */
export function advance(place: Place, event: Pick<Event, "cursor">): void {
  place.cursor = event.cursor;
}
