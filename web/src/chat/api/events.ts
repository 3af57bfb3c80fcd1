import { MessageFields } from "../conversation/fields";
import { RowFields } from "../conversations/row";
import { DetailsFields, InvitationFields } from "../groups/group";
import { ListedContactFields, ListedPersonFields, PersonFields } from "../people/person";
import { NotificationFields } from "../notifications/notification";
import { graphql, type ResultOf } from "./graphql";

/**
 * Everything that changes for the viewer, from a cursor on. Objects in an event are as they are now, and are merged by
 * their ids; `merge/` does what ids cannot say: the lists. Only what is new comes whole, of the rest what can have
 * changed: the server refuses a document of more than a thousand fields, and counts a fragment wherever it is used.
 */
export const Events = graphql(
  `
    subscription Events($after: String) {
      events(after: $after) {
        __typename
        cursor
        occurredAt
        ... on MessageAdded {
          node {
            ...MessageFields
            conversation {
              ...RowFields
            }
          }
        }
        ... on MessageEdited {
          node {
            id
            text
            excerpt
            editedAt
            mentions {
              id
              username
              fullName
            }
          }
        }
        ... on MessageDeleted {
          node {
            id
            text
            excerpt
            deletedAt
            deleteReason
            deletedBy {
              id
              fullName
            }
            pinnedAt
            attachments {
              id
            }
            card {
              __typename
            }
            mentions {
              id
            }
            reactions {
              emoji
            }
            conversation {
              id
            }
          }
        }
        ... on MessageChanged {
          what
          node {
            id
            isUrgent
            pinnedAt
            status
            reactions {
              emoji
              count
              viewerHasReacted
              users {
                id
                fullName
              }
            }
            conversation {
              id
            }
          }
        }
        ... on MessageHidden {
          messageId
        }
        ... on MessagesRead {
          upTo
          user {
            id
          }
          conversation {
            id
            unreadCount
          }
        }
        ... on MessagesDelivered {
          conversation {
            id
          }
        }
        ... on UnreadCountChanged {
          conversation {
            id
            unreadCount
          }
        }
        ... on ConversationAdded {
          conversation {
            ...RowFields
          }
        }
        ... on ConversationChanged {
          conversation {
            ...RowFields
            ...DetailsFields
          }
        }
        ... on ConversationDeleted {
          conversationId
        }
        ... on ParticipantRemoved {
          conversationId
          user {
            id
          }
        }
        ... on ParticipantsAdded {
          conversation {
            ...DetailsFields
          }
        }
        ... on ParticipantUpdated {
          user {
            id
          }
          conversation {
            ...DetailsFields
          }
        }
        ... on ContactChanged {
          contact {
            ...ListedContactFields
          }
          user {
            ...PersonFields
            contactWithViewer {
              id
            }
          }
        }
        ... on BlockChanged {
          user {
            ...ListedPersonFields
          }
        }
        ... on ProfileChanged {
          user {
            ...PersonFields
            specialization
            institution
            bio
          }
        }
        ... on SettingsChanged {
          viewer {
            id
            language
            timeZone
            sharesPresence
            sharesReadReceipts
          }
        }
        ... on InvitationChanged {
          invitation {
            ...InvitationFields
          }
        }
        ... on ClinicNoticeChanged {
          clinicNotice {
            text
            updatedAt
          }
        }
        ... on NotificationAdded {
          node {
            ...NotificationFields
          }
        }
        ... on NotificationsChanged {
          notificationIds
          notifications {
            ...NotificationFields
          }
        }
        ... on Resync {
          reason
        }
      }
    }
  `,
  [
    MessageFields,
    NotificationFields,
    PersonFields,
    RowFields,
    DetailsFields,
    InvitationFields,
    ListedContactFields,
    ListedPersonFields,
  ],
);

export type Event = ResultOf<typeof Events>["events"];
