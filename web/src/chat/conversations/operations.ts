import { graphql } from "../api/graphql";
import { RowFields } from "./row";

/** A page of the viewer's conversations, newest activity first. */
export const Conversations = graphql(
  `
    query Conversations($first: Int!, $after: String, $filter: ConversationFilter) {
      conversations(first: $first, after: $after, filter: $filter) {
        nodes {
          ...RowFields
        }
        pageInfo {
          endCursor
          hasNextPage
        }
      }
    }
  `,
  [RowFields],
);

export const ArchiveForMe = graphql(
  `
    mutation ArchiveForMe($input: ArchiveForMeInput!) {
      archiveForMe(input: $input) {
        conversation {
          ...RowFields
        }
        userErrors {
          message
        }
      }
    }
  `,
  [RowFields],
);

export const SetNotificationLevel = graphql(
  `
    mutation SetNotificationLevel($input: SetNotificationLevelInput!) {
      setNotificationLevel(input: $input) {
        conversation {
          ...RowFields
        }
        userErrors {
          message
        }
      }
    }
  `,
  [RowFields],
);

export const MarkAllRead = graphql(
  `
    mutation MarkAllRead($input: MarkReadInput!) {
      markRead(input: $input) {
        conversation {
          ...RowFields
        }
        userErrors {
          message
        }
      }
    }
  `,
  [RowFields],
);

export const MarkUnread = graphql(
  `
    mutation MarkUnread($input: MarkUnreadInput!) {
      markUnread(input: $input) {
        conversation {
          ...RowFields
        }
        userErrors {
          message
        }
      }
    }
  `,
  [RowFields],
);

export const SetFavourite = graphql(`
  mutation SetFavourite($input: UpdateContactInput!) {
    updateContact(input: $input) {
      contact {
        id
        isFavourite
      }
      userErrors {
        message
      }
    }
  }
`);

export const OpenDirect = graphql(
  `
    mutation OpenDirect($input: OpenDirectConversationInput!) {
      openDirectConversation(input: $input) {
        conversation {
          ...RowFields
        }
        userErrors {
          message
        }
      }
    }
  `,
  [RowFields],
);

/** Messages with certain words, newest first, as far as the server looked in one go. */
export const SearchMessages = graphql(
  `
    query SearchMessages($query: String!, $conversationId: ID, $after: String) {
      searchMessages(query: $query, conversationId: $conversationId, first: 20, after: $after) {
        nodes {
          highlights {
            start
            end
          }
          message {
            id
            text
            excerpt
            createdAt
            sender {
              id
              fullName
            }
            conversation {
              ...RowFields
            }
          }
        }
        endCursor
        isComplete
        searchedUntil
      }
    }
  `,
  [RowFields],
);
