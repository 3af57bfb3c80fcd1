import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";
import type { VirtualizerHandle } from "virtua";
import type { Message } from "./fields";
import type { OutboxEntry } from "../unsent/useOutbox";
import type { History, View } from "./history";
import type { Target } from "./MessageList";
import type { MessageRow } from "./rows";

// Closer than this to the end counts as being there.
const NEAR = 48;
// Pages are asked for before the reader comes to them.
const AHEAD = 25;

type Props = {
  element: RefObject<HTMLDivElement | null>;
  virtual: RefObject<VirtualizerHandle | null>;
  history: History;
  view: View;
  rows: readonly MessageRow[];
  /** Where reading begins: a message, null for the newest, undefined when it is not known yet. */
  start: string | null | undefined;
  target: Target | null;
  /** What stands below the rows: what the reader wrote and the server may not have. */
  below: readonly OutboxEntry[];
};

type Scroll = {
  isAtEnd: boolean;
  /** The last message that was on screen. */
  lastSeen: Message | undefined;
  /** The message that was jumped to. */
  found: string | null;
  look: () => void;
  settle: () => void;
  again: () => void;
  toNewest: () => void;
};

/** Keeps the list where the reader is: at the end, at what is unread, at what was jumped to; loads what comes next. */
export function useScroll({ element, virtual, history, view, rows, start, target, below }: Props): Scroll {
  const isStuck = useRef(true);
  // Where the list stood when it was last looked at.
  const stood = useRef(0);
  // The message to come to rest at, until the reader scrolls.
  const goal = useRef<{ id: string; align: "start" | "center" } | null>(null);
  const hasBegun = useRef(false);
  const [isAtEnd, setAtEnd] = useState(true);
  const [seen, setSeen] = useState(-1);
  const [found, setFound] = useState<string | null>(null);
  const failed = view.error !== null;

  const look = useCallback(() => {
    const list = virtual.current;
    if (!list || rows.length === 0 || !hasBegun.current) return;
    const end = list.scrollOffset + list.viewportSize;
    const first = list.findItemIndex(list.scrollOffset);
    const last = list.findItemIndex(end - 1);
    const scrolled = element.current;
    if (!scrolled) return;
    const isEnd = scrolled.scrollHeight - scrolled.scrollTop - scrolled.clientHeight < NEAR;
    // Only moving up leaves the end. What grows below, or a window that gets smaller, does not.
    const isLeft = scrolled.scrollTop < stood.current && !isEnd;
    stood.current = scrolled.scrollTop;
    isStuck.current = !view.hasNewer && (isEnd || (isStuck.current && !isLeft));
    setAtEnd(isStuck.current);
    // It counts when its end was seen, or as much of it as there is room for.
    const isWhole = list.getItemOffset(last) + list.getItemSize(last) <= end + NEAR;
    setSeen(isWhole || isEnd ? last : last - 1);
    history.watchFrom(rows[first]?.message.id ?? "", rows[last]?.message.id ?? "");
    if (failed) return;
    if (first < AHEAD) history.older();
    if (last > rows.length - AHEAD) history.newer();
  }, [history, rows, view.hasNewer, failed]);

  const settle = useCallback(() => {
    const at = goal.current;
    const index = at ? rows.findIndex(({ message }) => message.id === at.id) : -1;
    if (at && index >= 0)
      virtual.current?.scrollToIndex(index, { align: at.align, offset: at.align === "start" ? -40 : 0 });
    else if (isStuck.current && element.current) element.current.scrollTop = element.current.scrollHeight;
    look();
  }, [rows, look]);

  // The reader takes over.
  useEffect(() => {
    const scrolled = element.current;
    if (!scrolled) return;
    const release = () => {
      goal.current = null;
    };
    const events = ["wheel", "touchmove", "keydown", "pointerdown"] as const;
    for (const event of events) scrolled.addEventListener(event, release, { passive: true });
    const resized = new ResizeObserver(() => {
      if (isStuck.current) scrolled.scrollTop = scrolled.scrollHeight;
    });
    resized.observe(scrolled);
    return () => {
      for (const event of events) scrolled.removeEventListener(event, release);
      resized.disconnect();
    };
  }, []);

  // Reading begins at the first unread message, which may be far up.
  const isReady = view.isReady && start !== undefined;
  useLayoutEffect(() => {
    if (!isReady || hasBegun.current) return;
    hasBegun.current = true;
    if (start !== null && target === null) {
      goal.current = { id: start, align: "start" };
      isStuck.current = false;
      history.around(start);
    }
  }, [isReady, start, target, history]);

  useLayoutEffect(() => {
    if (!target || !isReady) return;
    goal.current = { id: target.id, align: "center" };
    isStuck.current = false;
    setFound(target.id);
    history.around(target.id);
  }, [target, isReady, history]);

  useLayoutEffect(settle, [settle, isReady, target, view.part, below]);

  const toNewest = useCallback(() => {
    goal.current = null;
    isStuck.current = true;
    history.newest();
    if (element.current) element.current.scrollTop = element.current.scrollHeight;
  }, [history]);

  // Whoever sends something wants to see it go.
  const newest = below.at(-1)?.place ?? 0;
  const [opened] = useState(() => Date.now());
  const written = useRef(opened);
  useLayoutEffect(() => {
    if (newest <= written.current) return;
    written.current = newest;
    toNewest();
  }, [newest, toNewest]);

  const again = useCallback(() => {
    history.older();
    history.newer();
  }, [history]);

  return {
    ...{ isAtEnd, found, look, settle, again, toNewest },
    lastSeen: rows[Math.min(seen, rows.length - 1)]?.message,
  };
}
