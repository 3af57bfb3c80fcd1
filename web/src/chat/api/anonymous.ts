import { Client, fetchExchange } from "@urql/core";

/** Asks the server without a session: to sign in, to sign up, to renew. */
export const anonymous = new Client({
  url: "/graphql",
  exchanges: [fetchExchange],
  // What is asked must not stand in addresses, which servers log.
  preferGetMethod: false,
});
