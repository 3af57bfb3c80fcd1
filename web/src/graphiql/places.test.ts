import { expect, test } from "vitest";
import { fill, placesIn, type Found } from "./places";

type Conversation = NonNullable<Found["conversations"]>["nodes"][number];
type Message = Conversation["messages"]["nodes"][number];

const me = "user_me";

function message(id: string, more: Partial<Message> = {}): Message {
  const written = {
    id,
    kind: "TEXT",
    cursor: `at ${id}`,
    sender: { id: "user_pat" },
    viewerCanEdit: { allowed: false },
  };
  return { ...written, attachments: [], ...more } as Message;
}

function conversation(id: string, more: Partial<Conversation>): Conversation {
  const empty = { id, kind: "DIRECT", partner: null, participants: { nodes: [] }, messages: { nodes: [] } };
  return { ...empty, ...more } as Conversation;
}

const found: Found = {
  cursor: "now",
  viewer: {
    user: { id: me },
    sessions: [
      { id: "sess_here", isCurrent: true },
      { id: "sess_phone", isCurrent: false },
    ],
  },
  conversations: {
    nodes: [
      conversation("conv_colleague", { partner: { id: "user_ben", role: "CLINICIAN" } }),
      conversation("conv_patient", {
        partner: { id: "user_pat", role: "PATIENT" },
        messages: {
          nodes: [
            message("msg_mine", { sender: { id: me }, viewerCanEdit: { allowed: true } }),
            message("msg_photo", { attachments: [{ id: "att_photo", kind: "IMAGE" }] }),
            message("msg_newest"),
            message("msg_joined", { kind: "SYSTEM" }),
          ],
        },
      }),
      conversation("conv_ward", {
        kind: "GROUP",
        participants: { nodes: [{ user: { id: me } }, { user: { id: "user_ben" } }] },
        messages: { nodes: [message("msg_theirs"), message("msg_own", { sender: { id: me } })] },
      }),
    ],
  },
  users: {
    nodes: [
      {
        id: "user_asks",
        role: "PATIENT",
        conversationWithViewer: null,
        contactWithViewer: { id: "contact_asks", state: "RECEIVED" },
      },
      { id: "user_ben", role: "CLINICIAN", conversationWithViewer: { id: "conv_colleague" }, contactWithViewer: null },
      { id: "user_new", role: "CLINICIAN", conversationWithViewer: null, contactWithViewer: null },
    ],
  },
  notifications: {
    nodes: [
      { id: "ntf_messages", kind: "NEW_MESSAGE" },
      { id: "ntf_contact", kind: "CONTACT_REQUEST" },
    ],
  },
};

test("examples are tried on the newest conversation with a patient, and on a group", () => {
  expect(placesIn(found)).toMatchObject({
    "a conversation": "conv_patient",
    "another person": "user_pat",
    "a message": "msg_newest",
    "a place in the history": "at msg_newest",
    "a message of yours": "msg_mine",
    "a message with a file": "msg_photo",
    "a picture": "att_photo",
    "a group": "conv_ward",
    "a member": "user_ben",
    "a colleague": "user_new",
    "a message of another": "msg_theirs",
    "somebody new": "user_new",
    "a request": "contact_asks",
    "another session": "sess_phone",
    "a notification": "ntf_contact",
    "a place in the journal": "now",
  });
});

test("what there is none of is said in words", () => {
  const places = placesIn({ ...found, conversations: { nodes: [] } });
  expect(fill({ id: "{{a conversation}}" }, places)).toBe('{\n  "id": "paste the id of a conversation here"\n}');
});

test("what is made anew each time stays in braces until it is sent", () => {
  expect(fill({ clientId: "{{new UUID}}", file: "{{text file}}" }, {})).toBe(
    '{\n  "clientId": "{{new UUID}}",\n  "file": "{{text file}}"\n}',
  );
  expect(fill(undefined, {})).toBe("");
});
