// The graphql-sse client in distinct connections mode: a query, then a subscription of two messages.
// Arguments: url, token, a cursor to begin after.
import { createClient } from "graphql-sse";

const [url, token, after] = process.argv.slice(2);
const client = createClient({ url, headers: { Authorization: `Bearer ${token}` }, retryAttempts: 0 });

const once = await new Promise((resolve, reject) => {
  let result;
  client.subscribe({ query: "{ viewer { id } }" }, { next: (data) => (result = data), error: reject, complete: () => resolve(result) });
});
const seen = [];
const query = "subscription($after: String) { events(after: $after) { __typename ... on MessageAdded { node { text } } } }";
for await (const { data, errors } of client.iterate({ query, variables: { after } })) {
  if (errors) throw new Error(JSON.stringify(errors));
  if (data.events.node) seen.push(data.events.node.text);
  if (seen.length === 2) break;
}
console.log(JSON.stringify({ viewer: once.data.viewer.id, seen }));
process.exit(0);
