import { useCallback, useState, type FocusEvent, type KeyboardEvent, type MouseEvent, type RefObject } from "react";
import type { VirtualizerHandle } from "virtua";
import type { Message } from "./fields";
import type { Point } from "./message/context";
import type { MessageRow } from "./rows";

type OpenMenu = (message: Message, at: Point) => void;

function articleOf(target: EventTarget): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-message]") : null;
}

/** Moves between messages by the arrow keys, and opens their menu by key or pointer. */
export function useArrows(
  rows: readonly MessageRow[],
  element: RefObject<HTMLDivElement | null>,
  virtual: RefObject<VirtualizerHandle | null>,
) {
  const [currentId, setCurrentId] = useState<string | null>(null);
  const found = currentId === null ? -1 : rows.findIndex(({ message }) => message.id === currentId);
  const current = found >= 0 ? found : rows.length - 1;

  const focusMessage = useCallback(
    (id: string) => {
      // After what is closed has gone.
      requestAnimationFrame(() => {
        const article = element.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(id)}"]`);
        article?.focus({ preventScroll: true });
      });
    },
    [element],
  );

  const go = (index: number) => {
    const row = rows[Math.max(0, Math.min(index, rows.length - 1))];
    if (!row) return;
    setCurrentId(row.message.id);
    virtual.current?.scrollToIndex(rows.indexOf(row), { align: "nearest" });
    focusMessage(row.message.id);
  };

  const onKeyDown = (event: KeyboardEvent, openMenu: OpenMenu) => {
    const article = articleOf(event.target);
    if (article === null || event.target !== article || event.ctrlKey || event.altKey || event.metaKey) return;
    const row = rows.find(({ message }) => message.id === article.dataset.message);
    if (!row) return;
    const steps: Record<string, number> = {
      ArrowUp: current - 1,
      ArrowDown: current + 1,
      PageUp: current - 8,
      PageDown: current + 8,
      Home: 0,
      End: rows.length - 1,
    };
    const next = steps[event.key];
    const opens = event.key === "Enter" || event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
    if (next === undefined && !opens) return;
    event.preventDefault();
    if (next !== undefined) {
      go(next);
      return;
    }
    const bubble = article.getBoundingClientRect();
    openMenu(row.message, { x: bubble.left + bubble.width / 3, y: Math.min(bubble.bottom, innerHeight - 80) });
  };

  const onFocus = (event: FocusEvent) => {
    const id = articleOf(event.target)?.dataset.message;
    if (id !== undefined) setCurrentId(id);
  };

  const onContextMenu = (event: MouseEvent, openMenu: OpenMenu) => {
    const row = rows.find(({ message }) => message.id === articleOf(event.target)?.dataset.message);
    const isText = event.target instanceof Element && event.target.closest("a, input, textarea, video, audio") !== null;
    // Where the browser has something of its own to offer, it does.
    if (!row || isText || String(getSelection()) !== "") return;
    event.preventDefault();
    setCurrentId(row.message.id);
    openMenu(row.message, { x: event.clientX, y: event.clientY });
  };

  return { current, focusMessage, onKeyDown, onFocus, onContextMenu };
}
