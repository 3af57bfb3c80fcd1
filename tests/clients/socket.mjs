// The graphql-ws client as an application uses it: it listens to `events`, comes back by itself after the last cursor,
// and renews its token on the open socket. Prints one JSON value a line; a line of input is a new token.
// Arguments: url, token.
import { createInterface } from "node:readline";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const [url, token] = process.argv.slice(2);
const say = (value) => console.log(JSON.stringify(value));
const client = createClient({
  url,
  webSocketImpl: WebSocket,
  connectionParams: { Authorization: `Bearer ${token}` },
  retryAttempts: 2,
  // Long enough for a server to come back, short enough for a test.
  retryWait: () => new Promise((resolve) => setTimeout(resolve, 500)),
  on: { closed: (event) => say({ closed: event.code }) },
});

// The client sends these variables again when it comes back: keeping the cursor in them is all that resuming needs.
const variables = {};
const query = "subscription($after: String) { events(after: $after) { __typename cursor ... on MessageAdded { node { text } } } }";
client.subscribe({ query, variables }, {
  next({ data, errors }) {
    if (errors) return say({ errors });
    variables.after = data.events.cursor;
    const { __typename, node } = data.events;
    if (node) say({ text: node.text });
    else if (__typename === "Ready") say({ event: __typename });
  },
  error: (error) => { say({ failed: error.code ?? String(error) }); process.exit(0); },
  complete: () => say({ complete: true }),
});

const renew = "mutation($token: String!) { renewConnection(input: { accessToken: $token }) { expiresAt } }";
createInterface({ input: process.stdin }).on("line", async (token) => {
  for await (const { data } of client.iterate({ query: renew, variables: { token } })) {
    say({ renewed: Boolean(data?.renewConnection?.expiresAt) });
  }
});
