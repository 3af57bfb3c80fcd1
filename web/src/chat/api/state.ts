import { useSyncExternalStore } from "react";

/** A value that the page follows, wherever it changes. */
export type State<T> = { get: () => T; set: (next: T) => void; use: () => T };

/** Makes such a value. */
export function state<T>(first: T): State<T> {
  let current = first;
  const listeners = new Set<() => void>();
  const get = () => current;
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    get,
    set: (next) => {
      current = next;
      for (const listener of listeners) listener();
    },
    use: () => useSyncExternalStore(subscribe, get),
  };
}
