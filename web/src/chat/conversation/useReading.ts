import { useEffect, useRef, useState } from "react";
import { useMutation } from "urql";
import type { Message } from "./fields";
import { MarkRead } from "./operations";

// Who only scrolls past has not read.
const GLANCE = 400;

function subscribe(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  addEventListener("focus", listener);
  addEventListener("blur", listener);
  return () => {
    document.removeEventListener("visibilitychange", listener);
    removeEventListener("focus", listener);
    removeEventListener("blur", listener);
  };
}

function isLooking(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

/** Whether somebody looks at the page now. */
export function useLooking(): boolean {
  const [looking, setLooking] = useState(isLooking);
  useEffect(() => subscribe(() => setLooking(isLooking())), []);
  return looking;
}

/** Says that messages were read, up to the last one that was on screen while somebody looked at the page. */
export function useReading(conversationId: string, lastSeen: Message | undefined, unreadCount: number): void {
  const [, markRead] = useMutation(MarkRead);
  const looking = useLooking();
  const told = useRef(-Infinity);
  const hasUnread = unreadCount > 0;
  const id = lastSeen?.id;
  const sentAt = lastSeen ? Date.parse(lastSeen.createdAt) : -Infinity;

  useEffect(() => {
    if (!looking || !hasUnread || id === undefined || sentAt < told.current) return;
    const timer = setTimeout(() => {
      told.current = sentAt;
      void markRead({ input: { conversationId, upToMessageId: id } }).then(({ error }) => {
        if (error) told.current = -Infinity;
      });
    }, GLANCE);
    return () => clearTimeout(timer);
  }, [looking, hasUnread, id, sentAt, conversationId, markRead]);
}
