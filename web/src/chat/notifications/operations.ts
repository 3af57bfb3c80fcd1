import { graphql } from "../api/graphql";
import { NotificationFields } from "./notification";

// Unread messages are left out everywhere: the list of conversations shows them.

/** How many unread entries are counted and marked at a time. */
export const MOST_UNREAD = 100;

/** What is unread in the inbox. */
export const UnreadNotifications = graphql(
  `
    query UnreadNotifications {
      notifications(
        first: 100
        filter: { unreadOnly: true, kinds: [CONTACT_REQUEST, GROUP_INVITE, MENTION, MESSAGE_REPLY, URGENT_MESSAGE] }
      ) {
        nodes {
          ...NotificationFields
        }
      }
    }
  `,
  [NotificationFields],
);

/** A page of the inbox, newest first. */
export const Notifications = graphql(
  `
    query Notifications($after: String) {
      notifications(
        first: 30
        after: $after
        filter: { kinds: [CONTACT_REQUEST, GROUP_INVITE, MENTION, MESSAGE_REPLY, URGENT_MESSAGE] }
      ) {
        nodes {
          ...NotificationFields
        }
        pageInfo {
          endCursor
          hasNextPage
        }
      }
    }
  `,
  [NotificationFields],
);

export const MarkNotificationsRead = graphql(`
  mutation MarkNotificationsRead($input: MarkNotificationsReadInput!) {
    markNotificationsRead(input: $input) {
      notifications {
        id
        isRead
      }
      unreadCount
      userErrors {
        code
        field
        message
      }
    }
  }
`);

export const DeleteNotification = graphql(`
  mutation DeleteNotification($input: DeleteNotificationInput!) {
    deleteNotification(input: $input) {
      deletedId
      unreadCount
      userErrors {
        code
        field
        message
      }
    }
  }
`);

/** What the viewer is told of as it comes, and whether to ring. */
export const Rings = graphql(`
  subscription Rings {
    notificationAdded {
      cursor
      node {
        id
        isSilent
      }
    }
  }
`);
