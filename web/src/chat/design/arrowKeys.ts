import type { KeyboardEvent } from "react";

/** Moves the focus among the items marked with `data-item`; from a field above them the first is one step down. */
export function moveByArrows(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const isEnd = event.key === "Home" || event.key === "End";
  if ((step === undefined && !isEnd) || event.target instanceof HTMLTextAreaElement) return;
  const isField = event.target instanceof HTMLInputElement;
  if (isField && isEnd) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-item]")];
  const now = items.findIndex((item) => item === document.activeElement);
  const next = step === undefined ? (event.key === "Home" ? 0 : items.length - 1) : now + step;
  const item = items[next];
  if (!item) {
    // Above the first item is the field.
    if (next < 0) event.currentTarget.querySelector<HTMLElement>("input")?.focus();
    return;
  }
  event.preventDefault();
  item.focus();
}
