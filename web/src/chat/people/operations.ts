import { graphql, type ResultOf } from "../api/graphql";
import { ContactFields, ListedContactFields, ListedPersonFields, PickableFields } from "./person";

/** A page of the people the viewer may write to, by name. */
export const Directory = graphql(
  `
    query Directory($first: Int!, $after: String, $filter: UserFilter) {
      users(first: $first, after: $after, filter: $filter) {
        nodes {
          ...PickableFields
        }
        pageInfo {
          endCursor
          hasNextPage
        }
      }
    }
  `,
  [PickableFields],
);

/** Where the people who were found work, and in which fields. The list leaves it out, so that it is counted once. */
export const DirectoryCounts = graphql(`
  query DirectoryCounts($filter: UserFilter) {
    users(last: 1, filter: $filter) {
      counts {
        institutions {
          value
          people
        }
        specializations {
          value
          people
        }
      }
    }
  }
`);

/** Everything about one person that the viewer may see. */
export const Profile = graphql(
  `
    query Profile($id: ID!) {
      user(id: $id) {
        ...ListedPersonFields
        bio
        isService
        viewerCanRequestContact {
          allowed
          message
        }
        viewerCanMessage {
          allowed
          code
          message
        }
        conversationWithViewer {
          id
        }
      }
    }
  `,
  [ListedPersonFields],
);

/** Somebody as the viewer may see them. */
export type ProfiledPerson = NonNullable<ResultOf<typeof Profile>["user"]>;

/** A page of the viewer's contacts, or of the requests to be one. */
export const Contacts = graphql(
  `
    query Contacts($first: Int!, $after: String, $filter: ContactFilter!) {
      contacts(first: $first, after: $after, filter: $filter) {
        nodes {
          ...ListedContactFields
        }
        pageInfo {
          endCursor
          hasNextPage
        }
      }
    }
  `,
  [ListedContactFields],
);

/** A page of whom the viewer has blocked. */
export const Blocks = graphql(
  `
    query Blocks($first: Int!, $after: String) {
      viewer {
        id
        blocks(first: $first, after: $after) {
          nodes {
            createdAt
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

export const RequestContact = graphql(
  `
    mutation RequestContact($input: RequestContactInput!) {
      requestContact(input: $input) {
        contact {
          ...ListedContactFields
        }
        userErrors {
          message
        }
      }
    }
  `,
  [ListedContactFields],
);

export const RespondToContact = graphql(
  `
    mutation RespondToContact($input: RespondToContactInput!) {
      respondToContact(input: $input) {
        contact {
          ...ListedContactFields
        }
        userErrors {
          message
        }
      }
    }
  `,
  [ListedContactFields],
);

export const RemoveContact = graphql(`
  mutation RemoveContact($input: RemoveContactInput!) {
    removeContact(input: $input) {
      contactId
      userErrors {
        message
      }
    }
  }
`);

export const UpdateContact = graphql(
  `
    mutation UpdateContact($input: UpdateContactInput!) {
      updateContact(input: $input) {
        contact {
          ...ContactFields
        }
        userErrors {
          message
        }
      }
    }
  `,
  [ContactFields],
);

// Who is blocked cannot be written to, and the other way round; neither shows when they are online.
export const BlockUser = graphql(`
  mutation BlockUser($input: BlockUserInput!) {
    blockUser(input: $input) {
      user {
        id
        isBlockedByViewer
        viewerCanMessage {
          allowed
          code
          message
        }
        presence {
          isOnline
          lastSeenAt
        }
        conversationWithViewer {
          id
          viewerCanSend {
            allowed
            code
            message
          }
        }
      }
      userErrors {
        message
      }
    }
  }
`);

export const UnblockUser = graphql(`
  mutation UnblockUser($input: UnblockUserInput!) {
    unblockUser(input: $input) {
      user {
        id
        isBlockedByViewer
        viewerCanMessage {
          allowed
          code
          message
        }
        presence {
          isOnline
          lastSeenAt
        }
        conversationWithViewer {
          id
          viewerCanSend {
            allowed
            code
            message
          }
        }
      }
      userErrors {
        message
      }
    }
  }
`);
