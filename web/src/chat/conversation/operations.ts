import { graphql, type ResultOf } from "../api/graphql";
import { RowFields } from "../conversations/row";
import { MessageFields } from "./fields";

/** An open conversation: who it is with, and whether the viewer may write. */
export const OpenConversation = graphql(
  `
    query OpenConversation($id: ID!) {
      conversation(id: $id) {
        ...RowFields
        viewerCanSend {
          allowed
          code
          message
        }
        participantCount
      }
    }
  `,
  [RowFields],
);

export type OpenedConversation = NonNullable<ResultOf<typeof OpenConversation>["conversation"]>;

/** Some of its messages: the newest, those before or after a place, or those around one. */
export const Messages = graphql(
  `
    query Messages($id: ID!, $first: Int, $last: Int, $before: String, $after: String, $around: ID) {
      conversation(id: $id) {
        id
        messages(first: $first, last: $last, before: $before, after: $after, around: $around) {
          nodes {
            ...MessageFields
          }
          pageInfo {
            startCursor
            endCursor
            hasPreviousPage
            hasNextPage
          }
        }
      }
    }
  `,
  [MessageFields],
);

/** Where the viewer stopped reading. */
export const FirstUnread = graphql(`
  query FirstUnread($id: ID!) {
    conversation(id: $id) {
      id
      firstUnread {
        id
      }
    }
  }
`);

/** Who writes just now. */
export const Typing = graphql(`
  subscription Typing($id: ID!) {
    typing(conversationId: $id) {
      conversationId
      users {
        id
        fullName
      }
    }
  }
`);

/** The pinned messages, the newest pin first. */
export const Pinned = graphql(`
  query Pinned($id: ID!) {
    conversation(id: $id) {
      id
      pinnedMessages {
        id
        kind
        excerpt
        deletedAt
        pinnedAt
        sender {
          id
          fullName
        }
        pinnedBy {
          id
          fullName
        }
        viewerCanPin {
          allowed
          message
        }
      }
    }
  }
`);

export const SendMessage = graphql(
  `
    mutation SendMessage($input: SendMessageInput!) {
      sendMessage(input: $input) {
        message {
          ...MessageFields
          conversation {
            ...RowFields
          }
        }
        userErrors {
          code
          field
          message
        }
      }
    }
  `,
  [MessageFields, RowFields],
);

export const MarkRead = graphql(
  `
    mutation MarkRead($input: MarkReadInput!) {
      markRead(input: $input) {
        conversation {
          ...RowFields
        }
        userErrors {
          code
          field
          message
        }
      }
    }
  `,
  [RowFields],
);

/** What the viewer may do with a message now. */
export const MessagePermissions = graphql(`
  query MessagePermissions($id: ID!) {
    message(id: $id) {
      id
      viewerCanDelete {
        allowed
        message
      }
      viewerCanEdit {
        allowed
        message
      }
      viewerCanForward {
        allowed
        message
      }
      viewerCanPin {
        allowed
        message
      }
      viewerCanReact {
        allowed
        message
      }
      viewerCanRetract {
        allowed
        message
      }
      viewerCanSetUrgent {
        allowed
        message
      }
    }
  }
`);
