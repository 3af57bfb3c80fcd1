import type { Message } from "./fields";

const PAUSE = 10 * 60_000;

/** A message and how it stands among its neighbours. */
export type MessageRow = {
  message: Message;
  /** The first of its day. */
  startsDay: boolean;
  /** The first and the last of several that one person sent in a row. */
  isFirst: boolean;
  isLast: boolean;
  isFirstUnread: boolean;
};

type Shape = Pick<Message, "id" | "createdAt" | "system"> & { sender: { id: string } };

function midnight(iso: string): number {
  return new Date(iso).setHours(0, 0, 0, 0);
}

/** Groups messages by day and by sender. */
export function group<T extends Shape>(
  messages: readonly T[],
  firstUnreadId: string | null,
): (Omit<MessageRow, "message"> & { message: T })[] {
  let day = NaN;
  const rows = messages.map((message, index) => {
    const previous = messages[index - 1];
    const today = midnight(message.createdAt);
    const startsDay = today !== day;
    day = today;
    const isFirstUnread = message.id === firstUnreadId;
    const isFirst = startsDay || isFirstUnread || previous === undefined || !belongs(previous, message);
    return { message, startsDay, isFirst, isLast: true, isFirstUnread };
  });
  for (const [index, row] of rows.entries()) row.isLast = rows[index + 1]?.isFirst ?? true;
  return rows;
}

function belongs(previous: Shape, message: Shape): boolean {
  return (
    previous.sender.id === message.sender.id &&
    previous.system === null &&
    message.system === null &&
    Date.parse(message.createdAt) - Date.parse(previous.createdAt) < PAUSE
  );
}

/** Whether two rows look the same, so that the one need not be drawn again. */
export function isSame(a: MessageRow, b: MessageRow): boolean {
  return (
    a.message === b.message &&
    a.startsDay === b.startsDay &&
    a.isFirst === b.isFirst &&
    a.isLast === b.isLast &&
    a.isFirstUnread === b.isFirstUnread
  );
}
