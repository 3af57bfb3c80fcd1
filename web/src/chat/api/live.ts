import type { Client } from "@urql/core";
import { onEnd, pipe, subscribe } from "wonka";
import { Events, type Event } from "./events";
import { backOff } from "./socket";
import { state } from "./state";

/** The place in the server's journal up to which this page knows everything. */
export type Place = { cursor: string };

/** A refusal comes at once; a stream without one for so long stands, whether or not there is news. */
const STANDS = 5_000;

const refused = state(false);

/** Whether the server can be reached and yet tells this page no news. */
export const isRefused = refused.get;

/** Follows that. */
export const useRefused = refused.use;

/**
 * Hears of everything that changes after `place`, until the answer is called. `place` moves on with each event, so
 * that a new socket goes on where the old one broke: nothing is missing, and nothing comes twice.
 */
export function listen(client: Client, place: Place): () => void {
  let isStopped = false;
  let failures = 0;
  let attempt: { unsubscribe: () => void } | undefined;
  let standing: ReturnType<typeof setTimeout> | undefined;

  const begin = () => {
    let stood = false;
    const stands = () => {
      clearTimeout(standing);
      stood = true;
      refused.set(false);
    };
    standing = setTimeout(stands, STANDS);
    attempt = pipe(
      client.subscription(Events, {}, { place }),
      onEnd(() => again(stood)),
      subscribe(({ data, error }) => {
        if (data) {
          stands();
          advance(place, data.events);
        } else if (error) again(stood);
      }),
    );
  };
  let isWaiting = false;
  const again = (stood: boolean) => {
    if (isStopped || isWaiting) return;
    isWaiting = true;
    clearTimeout(standing);
    failures = stood ? 0 : failures + 1;
    if (failures > 0) refused.set(true);
    void backOff(failures).then(() => {
      if (isStopped) return;
      // The client lets a refused subscription stand, and would join the new one to it.
      attempt?.unsubscribe();
      isWaiting = false;
      begin();
    });
  };

  begin();
  return () => {
    isStopped = true;
    clearTimeout(standing);
    refused.set(false);
    attempt?.unsubscribe();
  };
}

/** Remembers how far was heard; an event is merged before this is called. */
export function advance(place: Place, event: Pick<Event, "cursor">): void {
  place.cursor = event.cursor;
}
