import { afterEach, expect, test, vi } from "vitest";
import { exampleAdded } from "../conversation/example";
import { advance, isRefused, listen, type Place } from "./live";
import { FakeServer } from "./merge/fakeServer";

afterEach(() => {
  vi.useRealTimers();
});

test("the place moves on with each event, so that a new socket goes on there", () => {
  const server = new FakeServer();
  const place: Place = { cursor: "cursor_0" };
  const stop = listen(server.client, place);
  server.tell(exampleAdded(7));
  expect(place.cursor).toBe("cursor_7");
  stop();
  server.tell(exampleAdded(8));
  expect(place.cursor).toBe("cursor_7");
  advance(place, { cursor: "cursor_9" });
  expect(place.cursor).toBe("cursor_9");
});

test("news that the server refuses is not taken for live until it comes", async () => {
  vi.useFakeTimers();
  const server = new FakeServer();
  const stop = listen(server.client, { cursor: "cursor_0" });
  expect(isRefused()).toBe(false);
  server.refuse("UNAVAILABLE");
  expect(isRefused()).toBe(true);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(server.subscriptions).toBe(2);
  server.refuse("UNAVAILABLE");
  await vi.advanceTimersByTimeAsync(4_000);
  expect(server.subscriptions).toBe(3);
  expect(isRefused()).toBe(true);
  server.tell(exampleAdded(1));
  expect(isRefused()).toBe(false);
  stop();
});

test("a quiet stream that stands is live as well", async () => {
  vi.useFakeTimers();
  const server = new FakeServer();
  const stop = listen(server.client, { cursor: "cursor_0" });
  server.refuse("RATE_LIMITED");
  await vi.advanceTimersByTimeAsync(1_600);
  expect(isRefused()).toBe(true);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(isRefused()).toBe(false);
  // It stood, so what ends it now is no refusal: a token that expired, say.
  server.refuse("TOKEN_EXPIRED");
  expect(isRefused()).toBe(false);
  stop();
});
