import { expect, test } from "vitest";
import { inOrder, matches } from "./filter";
import { isMuted } from "./preview";
import type { Row } from "./row";

const row = (more: Partial<Row> = {}): Row => ({
  id: "conv_1",
  kind: "DIRECT",
  title: null,
  purpose: "GENERAL",
  state: "ACTIVE",
  tags: [],
  unreadCount: 0,
  updatedAt: "2026-01-01T00:00:00Z",
  viewerHasArchived: false,
  viewerNotificationLevel: "ALL",
  viewerQuietUntil: null,
  partner: null,
  lastMessage: null,
  ...more,
});

test("a list without a filter shows everything", () => {
  expect(matches(row({ viewerHasArchived: true }), {})).toBe(true);
});

test("what was put away is only where that is asked for", () => {
  const away = row({ viewerHasArchived: true });
  expect(matches(away, { archivedForMe: false })).toBe(false);
  expect(matches(away, { archivedForMe: true })).toBe(true);
  expect(matches(row(), { archivedForMe: true })).toBe(false);
});

test("all conditions have to hold", () => {
  const filter = { unreadOnly: true, tag: "cardiology", kind: "GROUP" as const };
  expect(matches(row({ unreadCount: 1, tags: ["cardiology"], kind: "GROUP" }), filter)).toBe(true);
  expect(matches(row({ unreadCount: 0, tags: ["cardiology"], kind: "GROUP" }), filter)).toBe(false);
  expect(matches(row({ unreadCount: 1, tags: [], kind: "GROUP" }), filter)).toBe(false);
  expect(matches(row({ unreadCount: 1, tags: ["cardiology"] }), filter)).toBe(false);
});

test("the newest activity is first, to the fraction of a second that the server knows", () => {
  const ids = inOrder([
    row({ id: "old", updatedAt: "2026-01-01T00:00:00Z" }),
    row({ id: "new", updatedAt: "2026-01-02T00:00:00.250Z" }),
    row({ id: "middle", updatedAt: "2026-01-02T00:00:00Z" }),
  ]).map(({ id }) => id);
  expect(ids).toEqual(["new", "middle", "old"]);
});

test("quiet time ends by itself, muting does not", () => {
  const quiet = row({ viewerQuietUntil: "2026-01-01T12:00:00Z" });
  expect(isMuted(quiet, Date.parse("2026-01-01T11:59:00Z"))).toBe(true);
  expect(isMuted(quiet, Date.parse("2026-01-01T12:01:00Z"))).toBe(false);
  expect(isMuted(row({ viewerNotificationLevel: "NONE" }))).toBe(true);
});
