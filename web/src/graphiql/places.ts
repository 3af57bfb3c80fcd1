import { initGraphQLTada } from "gql.tada";
import { print } from "graphql";
import type { ResultOf } from "gql.tada";
import type { introspection } from "../chat/api/generated/schema";
import type { Person } from "./people";

const graphql = initGraphQLTada<{ introspection: introspection }>();

const PLACES = graphql(`
  query Places {
    cursor
    viewer {
      user {
        id
      }
      sessions {
        id
        isCurrent
      }
    }
    conversations(first: 20) {
      nodes {
        id
        kind
        partner {
          id
          role
        }
        participants(first: 20) {
          nodes {
            user {
              id
            }
          }
        }
        messages(last: 20, filter: { excludeDeleted: true }) {
          nodes {
            id
            kind
            cursor
            sender {
              id
            }
            viewerCanEdit {
              allowed
            }
            attachments {
              id
              kind
            }
          }
        }
      }
    }
    users(first: 20) {
      nodes {
        id
        role
        conversationWithViewer {
          id
        }
        contactWithViewer {
          id
          state
        }
      }
    }
    notifications(first: 20) {
      nodes {
        id
        kind
      }
    }
  }
`);

/** What a person may see, as far as examples need it. */
export type Found = ResultOf<typeof PLACES>;

/** What braces in variables stand for. What there is none of stays undefined. */
export type Places = Record<string, string | undefined>;

/** Asks what there is for the person that examples can be tried on. */
export async function findPlaces(person: Person | undefined): Promise<Places> {
  if (!person) return { "your username": "sam.rivera", "your password": "copper lantern drifts" };
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${person.token}` },
    body: JSON.stringify({ query: print(PLACES) }),
  });
  const { data } = (await response.json()) as { data?: Found | null };
  return { "your username": person.username, "your password": person.password, ...(data && placesIn(data)) };
}

/** The newest of everything. Conversations with a patient go first. */
export function placesIn({ cursor, viewer, conversations, users, notifications }: Found): Places {
  const all = conversations?.nodes ?? [];
  const conversation = all.find(({ partner }) => partner?.role === "PATIENT") ?? all[0];
  const group = all.find(({ kind }) => kind === "GROUP");
  const members = group?.participants.nodes.map(({ user }) => user.id) ?? [];
  const me = viewer?.user.id;
  const written = (conversation?.messages.nodes ?? []).filter(({ kind }) => kind !== "SYSTEM");
  const people = users?.nodes ?? [];
  const somewhere = all.flatMap(({ messages }) => messages.nodes);
  const pictures = somewhere.flatMap(({ attachments }) => attachments).filter(({ kind }) => kind === "IMAGE");
  const other = people.find(({ conversationWithViewer }) => conversationWithViewer);
  return {
    "a conversation": conversation?.id,
    "a group": group?.id,
    "a member": members.find((id) => id !== me),
    "a message": written.at(-1)?.id,
    "a message of yours": written.findLast(({ viewerCanEdit }) => viewerCanEdit.allowed)?.id,
    "a message of another": group?.messages.nodes.findLast(({ sender, kind }) => sender.id !== me && kind !== "SYSTEM")
      ?.id,
    "a message with a file": somewhere.findLast(({ attachments }) => attachments.length > 0)?.id,
    "a picture": pictures.at(-1)?.id,
    "a place in the history": written.at(-1)?.cursor,
    "a place in the journal": cursor ?? undefined,
    "another person": conversation?.partner?.id ?? other?.id,
    "a colleague": people.find(({ id, role }) => role === "CLINICIAN" && !members.includes(id))?.id,
    "somebody new": people.find((user) => !user.conversationWithViewer && !user.contactWithViewer)?.id,
    "a contact": people.find(({ contactWithViewer }) => contactWithViewer?.state === "ACCEPTED")?.contactWithViewer?.id,
    "a request": people.find(({ contactWithViewer }) => contactWithViewer?.state === "RECEIVED")?.contactWithViewer?.id,
    "another session": viewer?.sessions.find(({ isCurrent }) => !isCurrent)?.id,
    // One that tells of new messages goes only when they are read.
    "a notification": notifications?.nodes.find(({ kind }) => kind !== "NEW_MESSAGE")?.id,
    tomorrow: new Date(Date.now() + 86_400_000).toISOString(),
    "a week ago": new Date(Date.now() - 7 * 86_400_000).toISOString(),
  };
}

const WHEN_SENT = ["new UUID", "text file"];

/** The variables as the editor shows them, with what was found in place of braces. */
export function fill(variables: object | undefined, places: Places): string {
  if (!variables) return "";
  return JSON.stringify(variables, null, 2).replaceAll(/\{\{(.+?)\}\}/g, (braces, what: string) =>
    WHEN_SENT.includes(what) ? braces : (places[what] ?? `paste the id of ${what} here`),
  );
}
