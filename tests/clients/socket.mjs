// The graphql-ws client: subscribes, loses its server's socket, comes back with its last cursor.
// Arguments: url, token, a second url to reconnect to after "restart" comes in on standard input.
import { createClient } from "graphql-ws";
import { createInterface } from "node:readline";
import WebSocket from "ws";

const [url, token, wanted] = process.argv.slice(2);
const seen = [];
const closes = [];
let cursor = null;

const client = createClient({
  url,
  webSocketImpl: WebSocket,
  connectionParams: { Authorization: `Bearer ${token}` },
  retryAttempts: 20,
  retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
  on: { closed: (event) => closes.push(event.code) },
});

const query = "subscription($after: String) { events(after: $after) { __typename cursor ... on MessageAdded { node { text } } } }";
const variables = { get after() { return cursor; } };

createInterface({ input: process.stdin });
await new Promise((resolve, reject) => {
  client.subscribe(
    { query, variables },
    {
      next: ({ data, extensions }) => {
        if (data.events.cursor !== extensions.cursor) reject(new Error("the cursor beside the event is not its own"));
        cursor = data.events.cursor;
        if (data.events.__typename === "Ready") console.log("ready");
        if (data.events.__typename === "MessageAdded") {
          seen.push(data.events.node.text);
          console.log(`seen ${data.events.node.text}`);
        }
        if (seen.length === Number(wanted)) resolve();
      },
      error: (error) => reject(new Error(JSON.stringify(error))),
      complete: () => reject(new Error("the stream ended")),
    },
  );
});
console.log(JSON.stringify({ seen, closes }));
process.exit(0);
