import type { KeyboardEvent } from "react";
import { deviceChoice } from "../design/deviceChoice";

/** What Enter does in a text on this device. Shift with it always begins a new line, Control or Command always sends. */
export const enterKey = deviceChoice("enter", ["sends", "breaks"]);

// On a screen keyboard Enter is the only way to a new line.
const isTouch = () => matchMedia("(pointer: coarse)").matches;

/** Whether this press says that a text is done. */
export function isSend(event: KeyboardEvent): boolean {
  if (event.nativeEvent.isComposing || event.key !== "Enter" || event.shiftKey) return false;
  return event.ctrlKey || event.metaKey || (enterKey.now() === "sends" && !isTouch());
}
