import { graphql, type FragmentOf } from "../api/graphql";
import { PersonFields } from "../people/person";

/** What the details of a conversation show besides its line in the list. Events carry the same. */
export const DetailsFields = graphql(`
  fragment DetailsFields on Conversation {
    id
    description
    participantCount
    viewerCanSend {
      allowed
      code
      message
    }
    viewerCanUpdate {
      allowed
      code
      message
    }
    viewerCanChangeState {
      allowed
      code
      message
    }
    viewerCanLeave {
      allowed
      code
      message
    }
    viewerCanManageParticipants {
      allowed
      code
      message
    }
    viewerParticipant {
      id
      role
      canSend
    }
  }
`);

export type Details = FragmentOf<typeof DetailsFields>;

/** An invitation to a group. Events carry the same. */
export const InvitationFields = graphql(
  `
    fragment InvitationFields on Invitation {
      id
      state
      role
      history
      createdAt
      conversationTitle
      conversationPurpose
      invitedBy {
        ...PersonFields
      }
      user {
        ...PersonFields
      }
      conversation {
        id
      }
    }
  `,
  [PersonFields],
);

export type Invitation = FragmentOf<typeof InvitationFields>;

/** What the clinic says to everybody, for instance where to call in an emergency. */
export const Notice = graphql(`
  query Notice {
    clinicNotice {
      text
      updatedAt
    }
  }
`);
