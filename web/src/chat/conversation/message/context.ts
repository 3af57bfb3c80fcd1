import { createContext, useContext } from "react";
import type { Message } from "../fields";

/** A place on the screen, where a menu opens. */
export type Point = { x: number; y: number };

/** What can be done from within a message. */
export type MessageContext = {
  isGroup: boolean;
  /** The time, anew every minute. */
  now: number;
  openMenu: (message: Message, at: Point) => void;
  openReactions: (message: Message, at: Point) => void;
  openPicture: (fileId: string) => void;
  openVersions: (message: Message) => void;
  jumpTo: (messageId: string) => void;
  stopEditing: (messageId: string) => void;
};

export const MessageContext = createContext<MessageContext | null>(null);

/** What can be done from within a message. */
export function useMessageContext(): MessageContext {
  const context = useContext(MessageContext);
  if (!context) throw new Error("a message stands in a MessageList");
  return context;
}

/** Only what is inside the message that the keyboard is at can be reached by Tab. */
export const TabContext = createContext(-1);

/** The `tabIndex` of what is inside a message. */
export function useTab(): number {
  return useContext(TabContext);
}
