import { Client, CombinedError, type Exchange } from "@urql/core";
import { filter, map, pipe } from "wonka";
import { beforeEach, expect, test } from "vitest";
import { cache } from "../api/cache";
import { exampleMessage } from "./example";
import { join, leavesGap, openHistory, type History } from "./history";

const ids = (numbers: number[]) => numbers.map((number) => ({ id: `msg_${number}` }));

test("pages that overlap are joined without doubles and in order", () => {
  expect(join([ids([1, 2]), ids([3, 4])])).toEqual(ids([1, 2, 3, 4]));
  expect(join([ids([3, 4]), ids([1, 2, 3, 4, 5])])).toEqual(ids([3, 4, 5]));
  expect(join([[], ids([1])])).toEqual(ids([1]));
});

test("a newest page that was read anew may leave a gap", () => {
  expect(leavesGap(ids([1, 2, 3]), ids([1, 2, 3, 4]))).toBe(false);
  expect(leavesGap(ids([1, 2, 3]), ids([2, 3]))).toBe(false);
  expect(leavesGap(ids([2, 3]), ids([1, 2, 3]))).toBe(false);
  expect(leavesGap(ids([1, 2, 3]), ids([3, 4, 5]))).toBe(true);
  expect(leavesGap(ids([1, 2, 3]), ids([8, 9]))).toBe(true);
});

// A server with messages 1 to 200, which answers at once.

type Asked = { last?: number; first?: number; before?: string; after?: string; around?: string };
let total: number;
let isDown: boolean;

function page({ last, first, before, after, around }: Asked) {
  let from = 1;
  let to = total;
  if (around !== undefined) from = Math.max(1, Number(around.slice(4)) - Math.floor((first ?? 0) / 2));
  if (after !== undefined) from = Number(after) + 1;
  if (before !== undefined) to = Number(before) - 1;
  if (first !== undefined) to = Math.min(to, from + first - 1);
  if (last !== undefined) from = Math.max(from, to - last + 1);
  const nodes = Array.from({ length: Math.max(to - from + 1, 0) }, (_, index) => exampleMessage(from + index));
  const pageInfo = {
    __typename: "PageInfo",
    ...{ startCursor: nodes[0]?.cursor ?? null, endCursor: nodes.at(-1)?.cursor ?? null },
    ...{ hasPreviousPage: from > 1, hasNextPage: to < total },
  };
  return {
    conversation: {
      __typename: "Conversation",
      id: "conv_1",
      messages: { __typename: "MessageConnection", nodes, pageInfo },
    },
  };
}

const server: Exchange = () => (operations) =>
  pipe(
    operations,
    filter((operation) => operation.kind === "query"),
    map((operation) => ({
      operation,
      data: isDown ? undefined : page(operation.variables as Asked),
      error: isDown ? new CombinedError({ networkError: new Error("down") }) : undefined,
      stale: false,
      hasNext: false,
    })),
  );

let history: History;
const shown = () => history.view().messages.map(({ id }) => Number(id.slice(4)));
const range = () => [shown()[0], shown().at(-1), shown().length];

beforeEach(() => {
  total = 200;
  isDown = false;
  const client = new Client({
    url: "/graphql",
    preferGetMethod: false,
    exchanges: [cache(() => undefined), server],
  });
  history = openHistory(client, "conv_1");
  history.open();
});

test("older pages are put before the newest, until there are no more", async () => {
  await expect.poll(range).toEqual([151, 200, 50]);
  history.older();
  await expect.poll(range).toEqual([101, 200, 100]);
  expect(history.view().changedAtStart).toBe(true);
  history.older();
  await expect.poll(range).toEqual([51, 200, 150]);
  history.older();
  await expect.poll(range).toEqual([1, 200, 200]);
  expect(history.view().hasOlder).toBe(false);
});

test("from the middle it goes on in both directions until it meets the newest", async () => {
  await expect.poll(range).toEqual([151, 200, 50]);
  history.around("msg_80");
  await expect.poll(range).toEqual([55, 104, 50]);
  expect(history.view()).toMatchObject({ hasOlder: true, hasNewer: true });
  history.newer();
  await expect.poll(range).toEqual([55, 200, 146]);
  expect(history.view().hasNewer).toBe(false);
  history.older();
  await expect.poll(range).toEqual([5, 200, 196]);
});

test("a message that is loaded is not asked for again", async () => {
  await expect.poll(range).toEqual([151, 200, 50]);
  history.around("msg_160");
  expect(history.view().part).toBe(0);
});

test("back to the newest from the middle", async () => {
  await expect.poll(range).toEqual([151, 200, 50]);
  history.around("msg_10");
  await expect.poll(range).toEqual([1, 50, 50]);
  history.newest();
  expect(range()).toEqual([151, 200, 50]);
});

test("a page that did not come can be asked for again", async () => {
  await expect.poll(range).toEqual([151, 200, 50]);
  isDown = true;
  history.older();
  await expect.poll(() => history.view().error).not.toBeNull();
  expect(range()).toEqual([151, 200, 50]);
  isDown = false;
  history.older();
  await expect.poll(range).toEqual([101, 200, 100]);
  expect(history.view().error).toBeNull();
});
