import { useSyncExternalStore } from "react";

/** A short word about something that just happened. */
export type Toast = { id: number; text: string; isProblem: boolean };

const STAYS = 6_000;
let toasts: readonly Toast[] = [];
let next = 0;
const listeners = new Set<() => void>();

function become(then: readonly Toast[]): void {
  toasts = then;
  for (const listener of listeners) listener();
}

/** Takes a word away. */
export function dismiss(id: number): void {
  become(toasts.filter((toast) => toast.id !== id));
}

/** Says something for a few seconds, also to screen readers. Problems stay until they are closed. */
export function say(text: string, { isProblem = false } = {}): void {
  const id = next++;
  become([...toasts.filter((toast) => toast.text !== text).slice(-2), { id, text, isProblem }]);
  if (!isProblem) setTimeout(() => dismiss(id), STAYS);
}

/** The words said now. */
export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
}
