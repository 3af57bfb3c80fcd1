import { graphql, type FragmentOf } from "../api/graphql";
import { PersonFields } from "../people/person";

/** What a line of the conversation list is drawn from. */
export const RowFields = graphql(
  `
    fragment RowFields on Conversation {
      id
      kind
      title
      purpose
      state
      tags
      unreadCount
      updatedAt
      viewerHasArchived
      viewerNotificationLevel
      viewerQuietUntil
      partner {
        ...PersonFields
        isBlockedByViewer
        contactWithViewer {
          id
          isFavourite
          nickname
        }
      }
      lastMessage {
        id
        kind
        excerpt
        createdAt
        deletedAt
        isUrgent
        status
        sender {
          id
          fullName
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
    }
  `,
  [PersonFields],
);

export type Row = FragmentOf<typeof RowFields>;
