import { expect, test } from "./clinic";

test("who was declined is told so, and is not offered to ask again", async ({ clinic }) => {
  const jonas = await clinic.id("jonas");
  type Requested = { requestContact: { userErrors: { message: string }[] } };
  const asked = await clinic.ask<Requested>(
    "clara",
    "mutation($input: RequestContactInput!) { requestContact(input: $input) { userErrors { message } } }",
    { input: { userId: jonas } },
  );
  expect(asked.requestContact.userErrors).toEqual([]);
  const page = await clinic.enter("clara", `/chat/people/find/${jonas}`);
  await expect(page.getByRole("button", { name: "Withdraw" })).toBeVisible();

  type Received = { contacts: { nodes: { id: string; user: { username: string } }[] } };
  const { contacts } = await clinic.ask<Received>(
    "jonas",
    "{ contacts(first: 50, filter: { state: RECEIVED }) { nodes { id user { username } } } }",
  );
  const contactId = contacts.nodes.find(({ user }) => user.username === "clara")?.id;
  await clinic.ask(
    "jonas",
    "mutation($input: RespondToContactInput!) { respondToContact(input: $input) { userErrors { message } } }",
    { input: { contactId, accept: false } },
  );
  await expect(page.getByText(/declined/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Withdraw" })).toBeHidden();
  await expect(page.getByRole("button", { name: /^(Ask again|Add)/ })).toBeHidden();
});
