/** What changed in the place that all tabs share. */
export type Change = { what: "draft" } | { what: "outbox" } | { what: "sent"; clientId: string };

const NAME = "bedside.unsent";
let channel: BroadcastChannel | undefined;

/** Tells the other tabs. */
export function announce(change: Change): void {
  channel?.postMessage(change);
}

/** Hears of the other tabs until the answer is called. */
export function hear(onChange: (change: Change) => void): () => void {
  const mine = new BroadcastChannel(NAME);
  mine.onmessage = (event: MessageEvent<Change>) => onChange(event.data);
  channel = mine;
  return () => {
    mine.close();
    if (channel === mine) channel = undefined;
  };
}
