import { expect, test, type Page } from "@playwright/test";

const PICTURE = "../docs/images/graphiql.png";

let complaints: string[];

test.beforeEach(async ({ page, baseURL }) => {
  complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  const onlyHere = (address: string) => {
    const { protocol, origin } = new URL(address.replace(/^ws/, "http"));
    if (protocol !== "data:" && origin !== baseURL) complaints.push(`asked ${address}`);
  };
  page.on("request", (request) => onlyHere(request.url()));
  page.on("websocket", (socket) => onlyHere(socket.url()));
  await page.goto("/");
  await expect(page.getByLabel("Signed in as")).toBeEnabled();
});

test.afterEach(() => {
  expect(complaints).toEqual([]);
});

test("opens signed in as a clinician, with tabs that run", async ({ page }) => {
  await expect(page).toHaveTitle("Bedside · GraphiQL");
  await expect(page.getByRole("link", { name: "Open the chat" })).toHaveAttribute("href", "/chat");
  await expect(page.getByLabel("Signed in as").locator("option:checked")).toHaveText("Dr Ada Okafor, Cardiologist");
  await run(page);
  await expect(answer(page)).toContainText('"conversations"');
  await expect(answer(page)).toContainText('"partner"');
  await openTab(page, "History");
  await run(page);
  await expect(answer(page)).toContainText('"messages"');
  await openTab(page, "ConversationList");
  await expect(answer(page)).toContainText('"partner"');
  await page.screenshot({ path: PICTURE });
});

test("the viewer is who was chosen, in this tab and after a reload", async ({ page }) => {
  await openExample(page, "Viewer");
  await run(page);
  await expect(answer(page)).toContainText('"username": "ada"');
  await page.getByLabel("Signed in as").selectOption("noor");
  await run(page);
  await expect(answer(page)).toContainText('"username": "noor"');
  await openTab(page, "ConversationList");
  await expect(page.getByLabel("Signed in as")).toHaveValue("ada");
  await page.reload();
  await expect(page.getByLabel("Signed in as")).toHaveValue("noor");
});

test("a subscription shows what another client sends", async ({ page, context }) => {
  await openTab(page, "MessageAdded");
  const subscribed = new Promise((resolve) => {
    page.once("websocket", (socket) => {
      socket.on("framesent", ({ payload }) => {
        if (payload.includes('"subscribe"')) resolve(payload);
      });
    });
  });
  await run(page);
  await subscribed;
  const other = await context.newPage();
  await other.goto("/");
  await openTab(other, "SendMessage");
  await run(other);
  await expect(answer(other)).toContainText('"replayed": false');
  await expect(answer(page)).toContainText('"text": "Good morning"');
  // Meant anew, the message gets another id: it is not a repetition.
  const first = await answer(other).textContent();
  await run(other);
  await expect(answer(other)).not.toHaveText(first ?? "");
  await expect(answer(other)).toContainText('"replayed": false');
});

test("a subscription without a token says why it ends", async ({ page }) => {
  await openTab(page, "Events");
  await page.getByRole("button", { name: "Headers", exact: true }).click();
  await page
    .getByRole("region", { name: "Headers" })
    .locator(".view-lines:visible")
    .click({ position: { x: 20, y: 8 } });
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.press("Delete");
  await run(page);
  await expect(answer(page)).toContainText(/The socket was closed: 44\d\d \w+|UNAUTHENTICATED/);
});

test("examples are found by words and open filled in, one with a file too", async ({ page }) => {
  await page.getByRole("searchbox", { name: "Search examples" }).fill("reaction");
  await expect(page.getByRole("region", { name: "Examples" }).getByRole("listitem")).toHaveCount(2);
  await page.getByRole("searchbox", { name: "Search examples" }).fill("");
  await openExample(page, "AddReaction");
  await run(page);
  await expect(answer(page)).toContainText("👍");
  await expect(answer(page)).toContainText('"userErrors": []');
  await openExample(page, "UploadAttachment");
  await run(page);
  await expect(answer(page)).toContainText('"name": "plan.txt"');
});

test("without demo accounts it opens with the way to sign in", async ({ page }) => {
  await page.route("/demo.json", (route) => route.fulfill({ json: { people: [] } }));
  await page.evaluate(() => localStorage.clear());
  await page.reload();
  await expect(page.getByRole("tab", { selected: true })).toContainText("Login");
  await expect(page.getByLabel("Signed in as")).toBeHidden();
  await expect(page.getByRole("region", { name: "Variables" })).toContainText("sam.rivera");
  await run(page);
  await expect(answer(page)).toContainText('"userErrors": [');
});

test("documentation, explorer and history open", async ({ page }) => {
  await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
  await page.getByRole("link", { name: "Query", exact: true }).click();
  await expect(page.getByText("The viewer's conversations", { exact: false }).first()).toBeVisible();
  await page.getByRole("button", { name: "Show Explorer" }).click();
  await expect(page.locator(".graphiql-explorer-root")).toContainText("conversations");
  await run(page);
  await expect(answer(page)).toContainText('"conversations"');
  await page.getByRole("button", { name: "Show History" }).click();
  await expect(page.locator(".graphiql-history")).toContainText("ConversationList");
});

const answer = (page: Page) => page.locator(".graphiql-response .view-lines");

const run = (page: Page) => page.getByRole("button", { name: /^Execute query/ }).click();

const openTab = (page: Page, name: string) => page.getByRole("tab", { name: new RegExp(`^${name}\\b`) }).click();

/** Opens an example in a tab of its own, and waits until it is filled in. */
async function openExample(page: Page, name: string) {
  await page.getByRole("region", { name: "Examples" }).getByRole("button", { name, exact: true }).click();
  await expect(page.getByRole("tab", { name: new RegExp(`^${name}\\b`), selected: true })).toBeVisible();
}
