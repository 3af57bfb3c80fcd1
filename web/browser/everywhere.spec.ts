import type { Page } from "@playwright/test";
import { box, expect, expectAccessible, message, test, unique, write, type Clinic } from "./clinic";

/** A group of somebody's, with whoever they name. */
async function group(clinic: Clinic, owner: string, others: readonly string[]): Promise<string> {
  type Made = { createGroup: { conversation: { id: string } } };
  const participantIds = await Promise.all(others.map((each) => clinic.id(each)));
  const { createGroup } = await clinic.ask<Made>(
    owner,
    "mutation($input: CreateGroupInput!) { createGroup(input: $input) { conversation { id } } }",
    { input: { clientId: crypto.randomUUID(), title: unique("Ward round"), participantIds } },
  );
  return createGroup.conversation.id;
}

/** Somebody asks somebody to be in touch. */
async function askContact(clinic: Clinic, from: string, to: string): Promise<void> {
  await clinic.ask(
    from,
    "mutation($input: RequestContactInput!) { requestContact(input: $input) { contact { id } } }",
    {
      input: { userId: await clinic.id(to) },
    },
  );
}

const SECTIONS = ["profile", "account", "devices", "privacy", "notifications", "appearance", "about"];

for (const colorScheme of ["light", "dark"] as const) {
  test(`people, groups, alerts and settings are open to everybody, ${colorScheme}`, async ({ clinic }) => {
    test.setTimeout(180_000);
    const id = await group(clinic, "ada", ["marek", "ines"]);
    const [asker, asked] = colorScheme === "light" ? ["jonas", "samuel"] : ["mei", "samuel"];
    await askContact(clinic, asked, asker);
    const page = await clinic.enter(asker, "/chat/people/requests", { colorScheme });
    await expect(page.getByRole("button", { name: "Accept" })).toBeVisible();
    await expectAccessible(page);
    for (const tab of ["contacts", "find", "blocked"]) {
      await page.goto(`/chat/people/${tab}`);
      await expect(page.getByRole("tabpanel")).toBeVisible();
      await expect(page.getByRole("status", { name: "Loading…" })).toHaveCount(0);
      await expectAccessible(page);
    }
    await page.goto(`/chat/people/find/${await clinic.id("ada")}`);
    await expect(page.getByRole("button", { name: "Message", exact: true })).toBeVisible();
    await expectAccessible(page);
    await page.goto("/chat/notifications");
    await expect(page.getByRole("heading", { name: "Alerts" })).toBeVisible();
    await expect(page.getByRole("status", { name: "Loading…" })).toHaveCount(0);
    await expectAccessible(page);
    for (const section of SECTIONS) {
      await page.goto(`/chat/settings/${section}`);
      await expect(page.locator("section h2").first()).toBeVisible();
      await expectAccessible(page);
    }
    const ada = await clinic.enter("ada", `/chat/c/${id}/details`, { colorScheme });
    await expect(ada.getByRole("heading", { name: /Members|People/ })).toBeVisible();
    await expectAccessible(ada);
  });

  test(`an open menu and open dialogs are open to everybody, ${colorScheme}`, async ({ clinic }) => {
    const id = await clinic.direct("ada", "noor");
    const ada = await clinic.enter("ada", `/chat/c/${id}`, { colorScheme });
    const text = unique("Look at this");
    await write(ada, text);
    await message(ada, text).click({ button: "right" });
    await expect(ada.getByRole("menuitem", { name: "Delete for everybody" })).toBeVisible();
    await expectAccessible(ada);
    await ada.getByRole("menuitem", { name: "Delete for everybody" }).click();
    await expect(ada.getByRole("dialog")).toBeVisible();
    await expectAccessible(ada);
    await ada.keyboard.press("Escape");
    await ada.getByRole("button", { name: "New conversation" }).click();
    await expect(ada.getByRole("dialog").getByRole("searchbox")).toBeVisible();
    await expectAccessible(ada);
    await ada.keyboard.press("Escape");
    await ada.getByRole("button", { name: "Insert an emoji" }).click();
    await expect(ada.getByRole("gridcell").first()).toBeVisible();
    await expectAccessible(ada);
  });
}

/** Goes on with Tab until something has the focus. */
async function tabTo(page: Page, target: ReturnType<Page["getByRole"]>): Promise<void> {
  for (let steps = 0; steps < 80; steps++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  await expect(target).toBeFocused();
}

test("by keyboard alone a request is answered, a person found and written to", async ({ clinic }) => {
  await askContact(clinic, "samuel", "priya");
  const page = await clinic.enter("priya", "/chat/people/contacts");
  const contacts = page.getByRole("tab", { name: "Contacts" });
  await expect(contacts).toBeVisible();
  await tabTo(page, contacts);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tab", { name: /Requests/ })).toBeFocused();
  const accept = page.getByRole("button", { name: "Accept" });
  await expect(accept).toBeVisible();
  await tabTo(page, accept);
  await page.keyboard.press("Enter");
  await expect(accept).toHaveCount(0);
  await expect(page.getByRole("tabpanel")).toBeFocused();

  await page.goto("/chat/people/find");
  const search = page.getByRole("searchbox");
  await expect(search).toBeVisible();
  await tabTo(page, search);
  await page.keyboard.type("adeyemi");
  const person = page.getByRole("link", { name: /Samuel Adeyemi/ });
  await expect(person).toBeVisible();
  await tabTo(page, person);
  await page.keyboard.press("Enter");
  const write = page.getByRole("button", { name: "Message", exact: true });
  await expect(write).toBeVisible();
  await tabTo(page, write);
  await page.keyboard.press("Enter");
  await expect(box(page)).toBeVisible();
});

test("by keyboard alone the details of a group are opened, and left again", async ({ clinic }) => {
  const id = await group(clinic, "ada", ["marek"]);
  const page = await clinic.enter("ada", `/chat/c/${id}`);
  await expect(box(page)).toBeVisible();
  const details = page.getByRole("button", { name: "Details", exact: true });
  await tabTo(page, details);
  await page.keyboard.press("Enter");
  const heading = page.getByRole("heading", { name: "Details" });
  await expect(heading).toBeFocused();
  await tabTo(page, page.getByRole("button", { name: "Close", exact: true }));
  await page.keyboard.press("Enter");
  await expect(heading).toHaveCount(0);
  await expect(details).toBeFocused();
});

test("by keyboard alone the menu of a message is opened, used and closed", async ({ clinic }) => {
  const id = await clinic.direct("ada", "noor");
  const page = await clinic.enter("ada", `/chat/c/${id}`);
  const text = unique("Take it with water");
  await write(page, text);
  await tabTo(page, message(page, text));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Reply" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(message(page, text)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Reply" })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Reply" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(box(page)).toBeFocused();
});

test("by keyboard alone a setting is changed", async ({ clinic }) => {
  const page = await clinic.enter("ines", "/chat/settings/appearance");
  const chosen = page.getByRole("radio", { name: "Automatic" });
  await expect(chosen).toBeVisible();
  await tabTo(page, chosen);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("radio", { name: "Dark" })).toBeChecked();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("the words of the navigation are whole, in French and in large letters as well", async ({ clinic }) => {
  const page = await clinic.enter("ines");
  await page.evaluate(() => {
    localStorage.setItem("bedside.language", "fr");
    localStorage.setItem("bedside.size", "larger");
  });
  await page.reload();
  const links = page.getByRole("navigation", { name: "Principale" }).getByRole("link");
  await expect(links).toHaveCount(4);
  for (const width of [1440, 820, 390, 320]) {
    await page.setViewportSize({ width, height: 800 });
    const cut = await links.evaluateAll((all) =>
      all
        .map((link) => link.querySelector("svg + span"))
        .filter((label) => label !== null && label.scrollWidth > label.clientWidth)
        .map((label) => label?.textContent),
    );
    expect([width, cut]).toEqual([width, []]);
  }
});
