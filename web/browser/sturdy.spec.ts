import type { Locator } from "@playwright/test";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { box, Clinic, expect, message, test, unique, write } from "./clinic";
import { freePort } from "./freePort";

test("a restart of the server loses nothing and doubles nothing", async ({ browser, request }) => {
  test.setTimeout(180_000);
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "bedside-restart-"));
  const address = `http://127.0.0.1:${port}`;
  const start = async (): Promise<ChildProcess> => {
    const binary = process.env.BEDSIDE_BIN ?? "../target/debug/bedside";
    const server = spawn(binary, ["dev", "--data-dir", folder, "--listen", `127.0.0.1:${port}`], { stdio: "ignore" });
    const isReady = () =>
      request.get(`${address}/readyz`).then(
        (answer) => answer.ok(),
        () => false,
      );
    await expect.poll(isReady, { timeout: 60_000 }).toBe(true);
    return server;
  };
  const stop = async (server: ChildProcess) => {
    const gone = once(server, "exit");
    server.kill("SIGTERM");
    await gone;
  };

  let server = await start();
  const clinic = new Clinic(browser, request, address);
  try {
    const id = await clinic.direct("ada", "noor");
    const ada = await clinic.enter("ada", `/chat/c/${id}`);
    const noor = await clinic.enter("noor", `/chat/c/${id}`);
    const before = unique("Before");
    await write(ada, before);
    await expect(message(noor, before)).toBeVisible();

    clinic.mayLoseNetwork = true;
    await stop(server);
    await expect(ada.getByText(/^No connection/)).toBeVisible();
    const during = unique("While it was away");
    await box(ada).fill(during);
    await box(ada).press("Enter");
    await expect(ada.getByText(during)).toBeVisible();
    server = await start();
    const meanwhile = [1, 2, 3].map((number) => unique(`From elsewhere ${number}`));
    for (const text of meanwhile) await clinic.send("noor", id, text);

    const written = [before, during, ...meanwhile];
    for (const page of [ada, noor]) {
      for (const text of written) await expect(message(page, text)).toHaveCount(1);
    }
    await expect(ada.getByText(/^No connection/)).toBeHidden();
    const kept = await clinic.texts("ada", id);
    expect(kept.filter((text) => written.includes(text)).sort()).toEqual([...written].sort());
    const after = unique("After");
    await clinic.send("noor", id, after);
    await expect(message(ada, after)).toHaveCount(1);
  } finally {
    await clinic.close();
    await stop(server);
  }
  expect(clinic.complaints).toEqual([]);
});

test("what is written offline is sent on return, once and in order", async ({ clinic }) => {
  const id = await clinic.direct("ada", "noor");
  const ada = await clinic.enter("ada", `/chat/c/${id}`);
  const noor = await clinic.enter("noor", `/chat/c/${id}`);
  await expect(box(noor)).toBeVisible();
  clinic.mayLoseNetwork = true;
  await noor.context().setOffline(true);
  const written = ["first", "second"].map((text) => unique(text));
  for (const text of written) {
    await box(noor).fill(text);
    await box(noor).press("Enter");
    await expect(noor.getByText(text)).toBeVisible();
  }
  await expect(noor.getByText(/^No connection/)).toBeVisible();
  expect(await clinic.texts("ada", id)).not.toContain(written[0]);
  await noor.context().setOffline(false);
  for (const text of written) {
    await expect(message(ada, text)).toHaveCount(1);
    await expect(message(noor, text)).toHaveCount(1);
  }
  const kept = await clinic.texts("ada", id);
  expect(kept.filter((text) => written.includes(text))).toEqual(written);
});

test("who hears no news although there is a connection is told, until news comes", async ({ clinic }) => {
  const id = await clinic.direct("ada", "noor");
  const noor = await clinic.enter("noor");
  let refuses = true;
  await noor.routeWebSocket("**/graphql/ws", (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      const asked = JSON.parse(String(message)) as { id?: string; type: string; payload?: { query?: string } };
      const isEvents = asked.type === "subscribe" && asked.payload?.query?.includes("subscription Events");
      if (refuses && isEvents) {
        const reason = { message: "The server is busy.", extensions: { code: "UNAVAILABLE" } };
        socket.send(JSON.stringify({ id: asked.id, type: "error", payload: [reason] }));
      } else server.send(message);
    });
  });
  await noor.goto(`/chat/c/${id}`);
  const banner = noor.getByText(/^New messages are not arriving/);
  await expect(banner).toBeVisible();
  const text = unique("You will not miss this");
  await clinic.send("ada", id, text);
  refuses = false;
  await expect(message(noor, text)).toHaveCount(1);
  await expect(banner).toBeHidden();
});

test("what waits to be sent outlives a reload", async ({ clinic }) => {
  const id = await clinic.direct("ada", "noor");
  const noor = await clinic.enter("noor", `/chat/c/${id}`);
  await expect(box(noor)).toBeVisible();
  clinic.mayLoseNetwork = true;
  // The pages still come; only what is said to the server does not get through.
  await noor.route("**/graphql", (route) => route.abort("internetdisconnected"));
  const text = unique("Kept on the device");
  await box(noor).fill(text);
  await box(noor).press("Enter");
  await expect(noor.getByText(text)).toBeVisible();
  await noor.reload();
  await noor.unroute("**/graphql");
  await expect(message(noor, text)).toHaveCount(1);
  expect((await clinic.texts("ada", id)).filter((each) => each === text)).toEqual([text]);
});

test("who signs out is told of what was not sent, and may stay", async ({ clinic }) => {
  const id = await clinic.direct("ada", "noor");
  const noor = await clinic.browse();
  await noor.goto("/chat");
  await noor.getByRole("button", { name: /^Noor/ }).click();
  await noor.getByRole("link", { name: /Ada Okafor/ }).click();
  await expect(box(noor)).toBeVisible();
  clinic.mayLoseNetwork = true;
  await noor.route("**/graphql", (route) => route.abort("internetdisconnected"));
  const written = ["first", "second"].map((text) => unique(text));
  for (const text of written) {
    await box(noor).fill(text);
    await box(noor).press("Enter");
    await expect(noor.getByText(text)).toBeVisible();
  }
  await noor.getByRole("link", { name: "Settings" }).click();
  const asked = noor.getByRole("dialog", { name: "2 messages have not been sent yet" });
  await noor.getByRole("button", { name: "Sign out" }).click();
  await expect(asked).toContainText("they are deleted");
  await asked.getByRole("button", { name: "Stay signed in" }).click();
  await expect(asked).toBeHidden();
  await noor.getByRole("button", { name: "Sign out" }).click();
  await asked.getByRole("button", { name: "Sign out anyway" }).click();

  await noor.unroute("**/graphql");
  await noor.getByRole("button", { name: /^Noor/ }).click();
  const after = unique("After it");
  await noor.getByRole("link", { name: "Chats" }).click();
  await noor.getByRole("link", { name: /Ada Okafor/ }).click();
  await write(noor, after);
  const kept = await clinic.texts("ada", id);
  expect(kept).toContain(after);
  expect(kept.filter((text) => written.includes(text))).toEqual([]);
});

test("who was signed out elsewhere is told, and can sign in again", async ({ clinic }) => {
  const noor = await clinic.browse();
  await noor.goto("/chat");
  await noor.getByRole("button", { name: /^Noor/ }).click();
  await expect(noor.getByRole("navigation", { name: "Main" })).toBeVisible();
  const revoked = await noor.evaluate(() => {
    const { accessToken } = JSON.parse(localStorage.getItem("bedside.session") ?? "{}") as { accessToken: string };
    return accessToken;
  });
  const here = JSON.parse(Buffer.from(revoked.split(".")[1] ?? "", "base64url").toString()) as { sid: string };
  await clinic.ask(
    "noor",
    "mutation($input: RevokeSessionInput!) { revokeSession(input: $input) { userErrors { code } } }",
    {
      input: { sessionId: here.sid },
    },
  );
  await expect(noor.getByText("You were signed out. Please sign in again.")).toBeVisible();
  await noor.getByRole("button", { name: /^Noor/ }).click();
  await expect(noor.getByRole("navigation", { name: "Main" })).toBeVisible();
});

test("who is removed from a group while looking at it is told, and keeps the draft", async ({ clinic }) => {
  type Made = { createGroup: { conversation: { id: string } } };
  const marek = await clinic.id("marek");
  const { createGroup } = await clinic.ask<Made>(
    "ada",
    "mutation($input: CreateGroupInput!) { createGroup(input: $input) { conversation { id } } }",
    { input: { clientId: crypto.randomUUID(), title: unique("Ward round"), participantIds: [marek] } },
  );
  const { id } = createGroup.conversation;
  const page = await clinic.enter("marek", `/chat/c/${id}`);
  await box(page).fill("I will be late");
  await clinic.ask(
    "ada",
    "mutation($input: RemoveParticipantInput!) { removeParticipant(input: $input) { userErrors { code } } }",
    {
      input: { conversationId: id, userId: marek },
    },
  );
  await expect(page.getByText("You no longer take part in this conversation")).toBeVisible();
  await expect(page.getByText("I will be late")).toBeVisible();
});

test("two tabs show the same, each message once", async ({ clinic }) => {
  const id = await clinic.direct("ada", "noor");
  const first = await clinic.enter("ada", `/chat/c/${id}`);
  const second = await first.context().newPage();
  await second.goto(`/chat/c/${id}`);
  await expect(box(second)).toBeVisible();
  const text = unique("From the first tab");
  await write(first, text);
  await expect(message(second, text)).toHaveCount(1);
  await expect(message(first, text)).toHaveCount(1);
  const answer = unique("From the second");
  await write(second, answer);
  await expect(message(first, answer)).toHaveCount(1);
  expect((await clinic.texts("noor", id)).filter((each) => each === text)).toEqual([text]);
});

test("a part of the page that comes slowly shows its shape meanwhile", async ({ clinic }) => {
  const id = await clinic.direct("ada", "noor");
  const noor = await clinic.enter("noor", "/chat", { serviceWorkers: "block" });
  const pane = noor.locator("#pane");
  const slowly = async (code: string, open: () => Promise<unknown>, opened: Locator) => {
    let come: () => void = () => undefined;
    const coming = new Promise<void>((resolve) => (come = resolve));
    await noor.route(code, async (route) => {
      await coming;
      await route.continue();
    });
    await open();
    await expect(pane.getByRole("status", { name: "Loading…" })).toBeVisible();
    come();
    await expect(opened).toBeVisible();
    await expect(pane.getByRole("status", { name: "Loading…" })).toBeHidden();
  };
  const area = (name: string) => () => noor.getByRole("link", { name }).click();
  await slowly("**/Conversation-*.js", () => noor.locator(`[data-conversation="${id}"]`).click(), box(noor));
  await slowly(
    "**/Details-*.js",
    () => noor.getByRole("button", { name: "Details", exact: true }).click(),
    noor.getByRole("heading", { name: "Details" }),
  );
  await slowly("**/PeoplePage-*.js", area("People"), noor.getByRole("tab", { name: "Find", exact: true }));
  await slowly("**/Settings-*.js", area("Settings"), noor.getByRole("textbox", { name: "Full name" }));
});
