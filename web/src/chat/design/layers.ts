import { createContext, useContext, useSyncExternalStore } from "react";

// While a dialog is open the browser shows and hears nothing that is outside of it. So tooltips and menus of a dialog
// are drawn inside it, and words that are said appear in the topmost one.

/** The dialog that a part of the page is in. */
export const LayerContext = createContext<HTMLElement | null>(null);

/** Where a part of the page draws what floats over it: in its dialog, or else in the main part of the page. */
export function useLayer(): HTMLElement | null {
  return useContext(LayerContext) ?? document.querySelector("main");
}

let open: readonly HTMLElement[] = [];
const listeners = new Set<() => void>();

function become(then: readonly HTMLElement[]): void {
  open = then;
  for (const listener of listeners) listener();
}

/** Tells that a dialog is open; the answer tells that it is closed. */
export function enterLayer(dialog: HTMLElement): () => void {
  become([...open, dialog]);
  return () => become(open.filter((each) => each !== dialog));
}

/** The dialog on top of all, or null. */
export function useTopLayer(): HTMLElement | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => open.at(-1) ?? null,
  );
}
