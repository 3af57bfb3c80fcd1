import { expect, test } from "vitest";
import { group } from "./rows";

function message(id: string, sender: string, time: string, isSystem = false) {
  const system = isSystem ? { what: "JOINED" as const, old: null, new: null, whom: [] } : null;
  return { id, sender: { id: sender }, createdAt: new Date(`2026-03-${time}`).toISOString(), system };
}

const marks = (messages: ReturnType<typeof message>[], unread: string | null = null) =>
  group(messages, unread).map(
    (row) =>
      `${row.message.id}${row.startsDay ? " day" : ""}${row.isFirstUnread ? " unread" : ""}${row.isFirst ? " first" : ""}${row.isLast ? " last" : ""}`,
  );

test("what one person sends in a row stands together", () => {
  const shown = marks([
    message("1", "ada", "02T10:00"),
    message("2", "ada", "02T10:01"),
    message("3", "noor", "02T10:02"),
  ]);
  expect(shown).toEqual(["1 day first", "2 last", "3 first last"]);
});

test("a pause, a new day and a line of the server begin anew", () => {
  expect(marks([message("1", "ada", "02T10:00"), message("2", "ada", "02T10:30")])).toEqual([
    "1 day first last",
    "2 first last",
  ]);
  expect(marks([message("1", "ada", "02T23:59"), message("2", "ada", "03T00:01")])).toEqual([
    "1 day first last",
    "2 day first last",
  ]);
  expect(marks([message("1", "ada", "02T10:00", true), message("2", "ada", "02T10:01")])).toEqual([
    "1 day first last",
    "2 first last",
  ]);
});

test("the line at the first unread message parts a group", () => {
  const shown = marks([message("1", "ada", "02T10:00"), message("2", "ada", "02T10:01")], "2");
  expect(shown).toEqual(["1 day first last", "2 unread first last"]);
});

test("without an unread message there is no line", () => {
  expect(group([message("1", "ada", "02T10:00")], null).some((row) => row.isFirstUnread)).toBe(false);
});
