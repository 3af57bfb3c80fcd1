// Prints every message that reaches one person, and goes on where it stopped when the connection breaks.
//
//     npm ci && BEDSIDE_TOKEN=… npx tsx listener.ts [URL] [TOKEN] [--count N]

import { parseArgs } from "node:util";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

type Conversation = { title: string | null; partner: { fullName: string } | null };
type Message = { text: string; createdAt: string; sender: { fullName: string }; conversation: Conversation | null };
type Start = { cursor: string; conversations: { nodes: (Conversation & { unreadCount: number })[] } };
type Result<T> = { data?: T | null | undefined; errors?: readonly { message: string }[] | undefined };
type Event = { __typename: string; cursor: string; node?: Message | null; reason?: string };

const START = /* GraphQL */ `
  query Start { cursor conversations { nodes { title partner { fullName } unreadCount } } }
`;
const EVENTS = /* GraphQL */ `
  subscription Listen($after: String) {
    events(after: $after) {
      __typename
      cursor
      ... on MessageAdded { node { text createdAt sender { fullName } conversation { title partner { fullName } } } }
      ... on Resync { reason }
    }
  }
`;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { count: { type: "string" } } });
const url = positionals[0] ?? process.env["BEDSIDE_URL"] ?? "http://127.0.0.1:8080";
const token = positionals[1] ?? process.env["BEDSIDE_TOKEN"];
if (!token) throw new Error("give a token as the second argument or as BEDSIDE_TOKEN");
let left = Number(values.count ?? Infinity);

const FORBIDDEN = 4403; // the session has ended: trying again with the same token is no use
const client = createClient({
  url: `${url.replace(/^http/, "ws")}/graphql/ws`,
  webSocketImpl: WebSocket, // not needed in a browser, nor from Node.js 22 on
  connectionParams: { Authorization: `Bearer ${token}` },
  retryAttempts: Infinity,
  shouldRetry: (problem) => (problem as { code?: unknown }).code !== FORBIDDEN,
  on: { connected: (_socket, _payload, again) => again && console.log("(connected again)") },
});

function data<T>({ data, errors }: Result<T>): T {
  if (errors || !data) throw new Error(errors?.map((error) => error.message).join("\n") ?? "an empty answer");
  return data;
}

const name = (conversation: Conversation): string => conversation.title ?? conversation.partner?.fullName ?? "?";

// Ask for the state and its cursor first, then listen from that cursor on: nothing falls between.
const response = await fetch(`${url}/graphql`, {
  method: "POST",
  headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
  body: JSON.stringify({ query: START }),
});
const start = data((await response.json()) as Result<Start>);
for (const conversation of start.conversations.nodes) console.log(`* ${name(conversation)}: ${conversation.unreadCount} unread`);
let { cursor } = start;

// graphql-ws sends the same subscription again on a new connection. The getter gives it the newest cursor each time.
const variables = { get after() { return cursor; } };
for await (const result of client.iterate<{ events: Event }>({ query: EVENTS, variables })) {
  const event = data(result).events;
  cursor = event.cursor;
  if (event.__typename === "Resync") console.log(`(fetch everything again: ${event.reason})`);
  if (!event.node) continue; // this program shows new messages only
  const { text, createdAt, sender, conversation } = event.node;
  console.log(`${createdAt.slice(11, 16)} ${conversation ? name(conversation) : "?"} | ${sender.fullName}: ${text}`);
  if (--left <= 0) break;
}
await client.dispose();
