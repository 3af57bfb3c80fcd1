import { expect, test } from "vitest";
import { exampleAdded } from "../conversation/example";
import { advance, listen, type Place } from "./live";
import { FakeServer } from "./merge/fakeServer";

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
