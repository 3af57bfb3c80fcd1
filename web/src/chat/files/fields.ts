import { graphql, type FragmentOf } from "../api/graphql";

/** What a file that was sent is drawn from. */
export const FileFields = graphql(`
  fragment FileFields on Attachment {
    id
    kind
    name
    size
    contentType
    width
    height
    durationMs
    isRemoved
    url
    thumbnail {
      url
      width
      height
    }
  }
`);

export type SentFile = FragmentOf<typeof FileFields>;
