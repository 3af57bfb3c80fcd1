import { graphql, type ResultOf } from "../api/graphql";
import { RowFields } from "../conversations/row";
import { ListedPersonFields } from "../people/person";
import { DetailsFields, InvitationFields } from "./group";

/** Everything about a conversation but its messages and people. */
export const ConversationDetails = graphql(
  `
    query ConversationDetails($id: ID!) {
      conversation(id: $id) {
        ...RowFields
        ...DetailsFields
        invitations(first: 100) {
          nodes {
            ...InvitationFields
          }
        }
      }
    }
  `,
  [RowFields, DetailsFields, InvitationFields],
);

export type DetailedConversation = NonNullable<ResultOf<typeof ConversationDetails>["conversation"]>;

/** A page of who takes part. */
export const Members = graphql(
  `
    query Members($id: ID!, $first: Int!, $after: String) {
      conversation(id: $id) {
        id
        participants(first: $first, after: $after) {
          nodes {
            id
            role
            canSend
            user {
              ...ListedPersonFields
            }
          }
          pageInfo {
            endCursor
            hasNextPage
          }
        }
      }
    }
  `,
  [ListedPersonFields],
);

export type Member = NonNullable<ResultOf<typeof Members>["conversation"]>["participants"]["nodes"][number];

/** The pinned messages of a conversation. */
export const Pinned = graphql(`
  query Pinned($id: ID!) {
    conversation(id: $id) {
      id
      pinnedMessages {
        id
        kind
        excerpt
        createdAt
        sender {
          id
          fullName
        }
      }
    }
  }
`);

/** The newest messages of a conversation that have files. */
export const SharedFiles = graphql(`
  query SharedFiles($id: ID!, $last: Int!) {
    conversation(id: $id) {
      id
      messages(last: $last, filter: { hasAttachments: true, excludeDeleted: true }) {
        nodes {
          id
          createdAt
          sender {
            id
            fullName
          }
          attachments {
            id
            kind
            name
            size
            url
            thumbnail {
              url
            }
          }
        }
        pageInfo {
          hasPreviousPage
        }
      }
    }
  }
`);

/** The groups the viewer is asked to join. */
export const Invitations = graphql(
  `
    query Invitations {
      invitations(first: 100) {
        nodes {
          ...InvitationFields
        }
      }
    }
  `,
  [InvitationFields],
);

export const CreateGroup = graphql(
  `
    mutation CreateGroup($input: CreateGroupInput!) {
      createGroup(input: $input) {
        conversation {
          ...RowFields
        }
        userErrors {
          field
          message
        }
      }
    }
  `,
  [RowFields],
);

export const UpdateConversation = graphql(
  `
    mutation UpdateConversation($input: UpdateConversationInput!) {
      updateConversation(input: $input) {
        conversation {
          ...RowFields
          ...DetailsFields
        }
        userErrors {
          field
          message
        }
      }
    }
  `,
  [RowFields, DetailsFields],
);

// Who takes part is told by events, also to whoever changed it.
export const AddParticipants = graphql(`
  mutation AddParticipants($input: AddParticipantsInput!) {
    addParticipants(input: $input) {
      conversation {
        id
      }
      userErrors {
        message
      }
    }
  }
`);

export const InviteParticipants = graphql(`
  mutation InviteParticipants($input: InviteParticipantsInput!) {
    inviteParticipants(input: $input) {
      conversation {
        id
      }
      userErrors {
        message
      }
    }
  }
`);

export const UpdateParticipant = graphql(
  `
    mutation UpdateParticipant($input: UpdateParticipantInput!) {
      updateParticipant(input: $input) {
        conversation {
          ...DetailsFields
        }
        userErrors {
          message
        }
      }
    }
  `,
  [DetailsFields],
);

export const RemoveParticipant = graphql(
  `
    mutation RemoveParticipant($input: RemoveParticipantInput!) {
      removeParticipant(input: $input) {
        conversation {
          ...DetailsFields
        }
        userErrors {
          message
        }
      }
    }
  `,
  [DetailsFields],
);

export const LeaveConversation = graphql(`
  mutation LeaveConversation($input: LeaveConversationInput!) {
    leaveConversation(input: $input) {
      conversationId
      userErrors {
        message
      }
    }
  }
`);

export const RespondToInvitation = graphql(
  `
    mutation RespondToInvitation($input: RespondToInvitationInput!) {
      respondToInvitation(input: $input) {
        invitation {
          ...InvitationFields
        }
        userErrors {
          message
        }
      }
    }
  `,
  [InvitationFields],
);

export const WithdrawInvitation = graphql(
  `
    mutation WithdrawInvitation($input: WithdrawInvitationInput!) {
      withdrawInvitation(input: $input) {
        invitation {
          ...InvitationFields
        }
        userErrors {
          message
        }
      }
    }
  `,
  [InvitationFields],
);

export const SetConversationState = graphql(
  `
    mutation SetConversationState($input: SetConversationStateInput!) {
      setConversationState(input: $input) {
        conversation {
          ...RowFields
          ...DetailsFields
        }
        userErrors {
          message
        }
      }
    }
  `,
  [RowFields, DetailsFields],
);
