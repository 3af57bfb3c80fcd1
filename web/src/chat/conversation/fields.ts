import { graphql, type FragmentOf } from "../api/graphql";
import { FileFields } from "../files/fields";
import { PersonFields } from "../people/person";

/** What a message is drawn from. Events carry the same, so that a message is whole however it came. */
export const MessageFields = graphql(
  `
    fragment MessageFields on Message {
      id
      clientId
      cursor
      kind
      text
      excerpt
      createdAt
      editedAt
      deletedAt
      deleteReason
      deletedBy {
        id
        fullName
      }
      expiresAt
      isUrgent
      isForwarded
      forwardedFrom {
        id
        sender {
          id
          fullName
        }
      }
      pinnedAt
      status
      sender {
        ...PersonFields
      }
      conversation {
        id
      }
      mentions {
        id
        username
        fullName
      }
      reactions {
        emoji
        count
        viewerHasReacted
        users {
          id
          fullName
        }
      }
      replyTo {
        id
        kind
        excerpt
        deletedAt
        sender {
          id
          fullName
        }
      }
      attachments {
        ...FileFields
      }
      card {
        __typename
        ... on AppointmentCard {
          startsAt
          endsAt
          place
          link
          appointment: status
        }
        ... on PrescriptionCard {
          medication
          dose
          instructions
        }
        ... on CaseCard {
          summary
          findings
        }
      }
      system {
        what
        old
        new
        whom {
          id
          fullName
        }
      }
    }
  `,
  [FileFields, PersonFields],
);

export type Message = FragmentOf<typeof MessageFields>;
