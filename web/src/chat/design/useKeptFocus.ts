import { useEffect, useRef, type RefObject } from "react";

/**
 * When what has the focus goes away and nothing else takes it, whoever uses the keyboard would start again at the top
 * of the page. The focus goes to the nearest place around it that is still there and can take it.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    let places: Element[] = [];
    const remember = ({ target }: FocusEvent) => {
      places = [];
      for (let each = target as Element | null; each; each = each.parentElement) places.push(each);
    };
    // Whoever presses beside it has left it.
    const leave = ({ target }: PointerEvent) => {
      if (!places[0]?.contains(target as Node)) places = [];
    };
    const keep = () => {
      if (document.activeElement !== document.body || places.length === 0 || places[0]?.isConnected) return;
      const next = places.find((place) => place.isConnected && place.hasAttribute("tabindex"));
      if (next instanceof HTMLElement) next.focus({ preventScroll: true });
    };
    // Whatever knows better goes first.
    const watcher = new MutationObserver(() => requestAnimationFrame(keep));
    watcher.observe(document.body, { childList: true, subtree: true });
    addEventListener("focusin", remember);
    addEventListener("pointerdown", leave);
    return () => {
      watcher.disconnect();
      removeEventListener("focusin", remember);
      removeEventListener("pointerdown", leave);
    };
  }, []);
}

/** For a button that opened something: it has the focus again when that was closed with the focus in it. */
export function useFocusBack(isOpen: boolean): RefObject<HTMLButtonElement | null> {
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current && !isOpen && document.activeElement === document.body) button.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  return button;
}
