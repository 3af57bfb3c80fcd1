import { graphql, type FragmentOf } from "../api/graphql";

/** What names and pictures of people are drawn from. */
export const PersonFields = graphql(`
  fragment PersonFields on User {
    id
    username
    fullName
    title
    role
    isVerified
    avatar {
      id
      url
      thumbnail {
        url
      }
    }
    presence {
      isOnline
      lastSeenAt
    }
  }
`);

export type Person = FragmentOf<typeof PersonFields>;

/** What the viewer and somebody are to each other. */
export const ContactFields = graphql(`
  fragment ContactFields on Contact {
    id
    state
    isFavourite
    nickname
    createdAt
  }
`);

export type Contact = FragmentOf<typeof ContactFields>;

/** What a line about a person is drawn from. */
export const ListedPersonFields = graphql(
  `
    fragment ListedPersonFields on User {
      ...PersonFields
      specialization
      institution
      isBlockedByViewer
      contactWithViewer {
        ...ContactFields
      }
    }
  `,
  [PersonFields, ContactFields],
);

export type ListedPerson = FragmentOf<typeof ListedPersonFields>;

/** What is needed to pick somebody to write to. */
export const PickableFields = graphql(
  `
    fragment PickableFields on User {
      ...ListedPersonFields
      conversationWithViewer {
        id
      }
      viewerCanMessage {
        allowed
        message
      }
    }
  `,
  [ListedPersonFields],
);

/** Somebody who can be picked to write to. */
export type Pickable = FragmentOf<typeof PickableFields>;

/** A contact in a list, with the person. Events carry the same. */
export const ListedContactFields = graphql(
  `
    fragment ListedContactFields on Contact {
      ...ContactFields
      user {
        ...PickableFields
      }
    }
  `,
  [ContactFields, PickableFields],
);

export type ListedContact = FragmentOf<typeof ListedContactFields>;
