import { createContext, useContext } from "react";
import { PersonFields } from "../people/person";
import { graphql, type ResultOf } from "./graphql";

/** What is asked first: who is signed in, and the place from which the page listens. */
export const Start = graphql(
  `
    query Start {
      cursor
      viewer {
        id
        language
        sharesPresence
        sharesReadReceipts
        user {
          ...PersonFields
          email
        }
      }
    }
  `,
  [PersonFields],
);

export type Viewer = NonNullable<ResultOf<typeof Start>["viewer"]>;

/** Holds who is signed in. */
export const ViewerContext = createContext<Viewer | null>(null);

/** Who is signed in. */
export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (!viewer) throw new Error("there is no viewer before Start was answered");
  return viewer;
}
