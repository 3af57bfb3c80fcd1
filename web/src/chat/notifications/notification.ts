import { graphql, type FragmentOf } from "../api/graphql";
import { PersonFields } from "../people/person";

/** What a line of the inbox is drawn from. */
export const NotificationFields = graphql(
  `
    fragment NotificationFields on Notification {
      id
      kind
      isRead
      isSilent
      createdAt
      actor {
        ...PersonFields
      }
      conversation {
        id
        kind
        title
      }
      message {
        id
        excerpt
        deletedAt
      }
      invitation {
        id
        state
        conversationTitle
      }
      contact {
        id
        state
      }
    }
  `,
  [PersonFields],
);

export type Notification = FragmentOf<typeof NotificationFields>;

/** Where an entry leads. */
export function placeOf({ kind, conversation, message }: Pick<Notification, "kind" | "conversation" | "message">) {
  if (conversation) return message ? `/c/${conversation.id}?at=${message.id}` : `/c/${conversation.id}`;
  return kind === "CONTACT_REQUEST" || kind === "GROUP_INVITE" ? "/people/requests" : null;
}
