import { beforeEach, expect, test } from "vitest";
import { examplePerson } from "../../conversation/example";
import { Contacts } from "../../people/operations";
import { FakeServer, page } from "./fakeServer";

let server: FakeServer;
beforeEach(() => {
  server = new FakeServer().follow();
});

const listed = (id: string) => ({
  ...examplePerson(id),
  ...{ specialization: null, institution: null, isBlockedByViewer: false, conversationWithViewer: null },
  viewerCanMessage: { __typename: "Permission", allowed: true, message: null },
});

function contact(number: number, state: string) {
  const id = `contact_${number}`;
  const own = {
    __typename: "Contact",
    id,
    state,
    isFavourite: false,
    nickname: null,
    createdAt: "2026-01-01T00:00:00Z",
  };
  return { ...own, user: { ...listed(`user_${number}`), contactWithViewer: own } };
}

const contactList = (contacts: object[]) => ({ contacts: page("ContactConnection", contacts) });

const watchContacts = (state: "ACCEPTED" | "RECEIVED") =>
  server.watch(Contacts, { first: 100, after: null, filter: { state } }, (data) =>
    data.contacts?.nodes.map(({ id }) => id),
  );

const contactChanged = (now: ReturnType<typeof contact> | null, userId: string) => ({
  ...{ __typename: "ContactChanged", contact: now },
  user: now?.user ?? { ...examplePerson(userId), contactWithViewer: null },
});

test("a request moves from list to list as it is answered, and goes when it is taken back", async () => {
  const requests = watchContacts("RECEIVED");
  server.answer("Contacts", contactList([]));
  const contacts = watchContacts("ACCEPTED");
  server.answer("Contacts", contactList([contact(1, "ACCEPTED")]));
  server.tell(contactChanged(contact(2, "RECEIVED"), "user_2"));
  server.tell(contactChanged(contact(2, "RECEIVED"), "user_2"));
  await expect.poll(requests).toEqual(["contact_2"]);
  server.tell(contactChanged(contact(2, "ACCEPTED"), "user_2"));
  await expect.poll(requests).toEqual([]);
  await expect.poll(contacts).toEqual(["contact_1", "contact_2"]);
  server.tell(contactChanged(null, "user_1"));
  await expect.poll(contacts).toEqual(["contact_2"]);
});
