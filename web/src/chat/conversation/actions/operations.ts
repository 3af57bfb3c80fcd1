import { graphql } from "../../api/graphql";
import { RowFields } from "../../conversations/row";
import { MessageFields } from "../fields";

export const AddReaction = graphql(`
  mutation AddReaction($input: AddReactionInput!) {
    addReaction(input: $input) {
      message {
        id
        reactions {
          emoji
          count
          viewerHasReacted
          users {
            id
            fullName
          }
        }
      }
      userErrors {
        message
      }
    }
  }
`);

export const RemoveReaction = graphql(`
  mutation RemoveReaction($input: RemoveReactionInput!) {
    removeReaction(input: $input) {
      message {
        id
        reactions {
          emoji
          count
          viewerHasReacted
          users {
            id
            fullName
          }
        }
      }
      userErrors {
        message
      }
    }
  }
`);

export const EditMessage = graphql(
  `
    mutation EditMessage($input: EditMessageInput!) {
      editMessage(input: $input) {
        message {
          ...MessageFields
        }
        userErrors {
          message
        }
      }
    }
  `,
  [MessageFields],
);

export const DeleteMessage = graphql(
  `
    mutation DeleteMessage($input: DeleteMessageInput!) {
      deleteMessage(input: $input) {
        message {
          ...MessageFields
        }
        userErrors {
          message
        }
      }
    }
  `,
  [MessageFields],
);

export const RetractMessage = graphql(
  `
    mutation RetractMessage($input: RetractMessageInput!) {
      retractMessage(input: $input) {
        message {
          ...MessageFields
        }
        userErrors {
          message
        }
      }
    }
  `,
  [MessageFields],
);

export const HideMessage = graphql(`
  mutation HideMessage($input: HideMessageInput!) {
    hideMessage(input: $input) {
      messageId
      userErrors {
        message
      }
    }
  }
`);

export const PinMessage = graphql(`
  mutation PinMessage($input: PinMessageInput!) {
    pinMessage(input: $input) {
      message {
        id
        pinnedAt
      }
      userErrors {
        message
      }
    }
  }
`);

export const UnpinMessage = graphql(`
  mutation UnpinMessage($input: UnpinMessageInput!) {
    unpinMessage(input: $input) {
      message {
        id
        pinnedAt
      }
      userErrors {
        message
      }
    }
  }
`);

export const SetUrgent = graphql(`
  mutation SetUrgent($input: SetUrgentInput!) {
    setUrgent(input: $input) {
      message {
        id
        isUrgent
      }
      userErrors {
        message
      }
    }
  }
`);

export const ForwardMessage = graphql(
  `
    mutation ForwardMessage($input: ForwardMessageInput!) {
      forwardMessage(input: $input) {
        message {
          ...MessageFields
          conversation {
            ...RowFields
          }
        }
        userErrors {
          message
        }
      }
    }
  `,
  [MessageFields, RowFields],
);

/** The conversations a message can be passed on to. */
export const ForwardTargets = graphql(
  `
    query ForwardTargets($first: Int!, $after: String) {
      conversations(first: $first, after: $after) {
        nodes {
          ...RowFields
          viewerCanSend {
            allowed
            message
          }
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

/** The texts a message had before it was edited. */
export const Versions = graphql(`
  query Versions($id: ID!) {
    message(id: $id) {
      id
      text
      editedAt
      versions(first: 100) {
        nodes {
          version
          text
          writtenAt
        }
      }
    }
  }
`);

/** To whom a message came, and who has read it. */
export const Receipts = graphql(`
  query Receipts($id: ID!) {
    message(id: $id) {
      id
      receipts(first: 100) {
        nodes {
          deliveredAt
          readAt
          user {
            id
            fullName
            title
          }
        }
        pageInfo {
          hasNextPage
        }
      }
    }
  }
`);
