import { box, choose, expect, message, PHONE, test, unique, write } from "./clinic";

test("a patient finds a clinician, and they talk", async ({ clinic }) => {
  const noor = await clinic.browse(PHONE);
  await noor.goto("/chat");
  await noor.getByRole("button", { name: /^Noor/ }).click();
  await noor.getByRole("link", { name: "People" }).click();
  await noor.getByRole("tab", { name: "Find", exact: true }).click();
  await noor.getByRole("searchbox").fill("okafor");
  await noor.getByRole("link", { name: /Ada Okafor/ }).click();
  await noor.getByRole("button", { name: "Message", exact: true }).click();
  await expect(box(noor)).toBeVisible();

  const ada = await clinic.enter("ada");
  const question = unique("May I take it with milk?");
  await write(noor, question);
  await expect(message(noor, question)).toContainText("Delivered");
  await ada.getByRole("link", { name: new RegExp(`Noor.*${question.slice(0, 12)}`) }).click();
  await expect(message(ada, question)).toBeVisible();
  await expect(message(noor, question)).toContainText("Read");

  await box(ada).pressSequentially("Yes");
  await expect(noor.getByText(/Ada Okafor is writing/)).toBeVisible();
  const answer = unique("Yes, in the morning.");
  await write(ada, answer);
  await expect(message(noor, answer)).toBeVisible();
  await expect(noor.getByText(/is writing/)).toBeHidden();
});

test("an answer, a reaction, a correction and a deletion show on the other side", async ({ clinic }) => {
  const id = await clinic.direct("ada", "noor");
  const ada = await clinic.enter("ada", `/chat/c/${id}`);
  const noor = await clinic.enter("noor", `/chat/c/${id}`);
  const plan = unique("Two tablets a day");
  await write(ada, plan);

  await choose(noor, plan, "Reply");
  const thanks = unique("Thank you");
  await write(noor, thanks);
  await expect(message(ada, thanks)).toContainText(plan.slice(0, 17));

  await choose(noor, plan, "Add a reaction");
  await noor.getByRole("dialog", { name: "Add a reaction" }).getByRole("button", { name: "👍" }).click();
  await expect(
    message(ada, plan)
      .getByRole("button", { name: /👍.*Noor/ })
      .last(),
  ).toBeVisible();

  const mended = unique("One tablet a day");
  await choose(ada, plan, "Edit");
  await ada.getByRole("textbox", { name: "Text of the message" }).fill(mended);
  await ada.getByRole("button", { name: "Save", exact: true }).click();
  await expect(message(noor, mended)).toContainText("edited");

  await choose(ada, thanks, "Reply");
  await write(ada, unique("You are welcome"));
  await choose(noor, thanks, "Delete for everybody");
  await noor.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(message(ada, thanks)).toHaveCount(0);
});
