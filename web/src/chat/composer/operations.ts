import { graphql } from "../api/graphql";
import { PersonFields } from "../people/person";

/** Who takes part: whom a text may name, and whether a patient reads along. */
export const Readers = graphql(
  `
    query Readers($id: ID!, $after: String) {
      conversation(id: $id) {
        id
        participants(first: 100, after: $after) {
          nodes {
            id
            user {
              ...PersonFields
            }
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
      }
    }
  `,
  [PersonFields],
);

export const SetTyping = graphql(`
  mutation SetTyping($input: SetTypingInput!) {
    setTyping(input: $input) {
      expiresAfterMs
      userErrors {
        code
        field
        message
      }
    }
  }
`);
