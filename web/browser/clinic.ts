import { AxeBuilder } from "@axe-core/playwright";
import {
  test as base,
  expect,
  type APIRequestContext,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from "@playwright/test";

export { expect };

/** The size of a telephone. */
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** How many fields a request may have at its root. */
const MOST = 25;

type Answer<T> = { data?: T; errors?: { message: string }[] };

/** The small clinic that the server makes, with browsers of its people. No browser of it may complain. */
export class Clinic {
  readonly complaints: string[] = [];
  /** While a test takes the network away, the browser says so in its console. */
  mayLoseNetwork = false;
  private readonly contexts: BrowserContext[] = [];
  private people: { username: string; token: string }[] = [];

  constructor(
    private readonly browser: Browser,
    private readonly request: APIRequestContext,
    readonly address: string,
  ) {}

  /** Asks the server as somebody, without a browser. */
  async ask<T>(username: string, query: string, variables: object = {}): Promise<T> {
    const answer = await this.request.post(`${this.address}/graphql`, {
      headers: { Authorization: `Bearer ${await this.token(username)}` },
      data: { query, variables },
    });
    const { data, errors } = (await answer.json()) as Answer<T>;
    if (!data || errors) throw new Error(JSON.stringify(errors));
    return data;
  }

  /** The conversation of two people, made when there is none. */
  async direct(username: string, other: string): Promise<string> {
    type Opened = { openDirectConversation: { conversation: { id: string } } };
    const { openDirectConversation } = await this.ask<Opened>(
      username,
      "mutation($input: OpenDirectConversationInput!) { openDirectConversation(input: $input) { conversation { id } } }",
      { input: { userId: await this.id(other) } },
    );
    return openDirectConversation.conversation.id;
  }

  /** Sends a message as another client of somebody does. */
  async send(username: string, conversationId: string, text: string): Promise<string> {
    type Sent = { sendMessage: { message: { id: string } | null; userErrors: { message: string }[] } };
    const { sendMessage } = await this.ask<Sent>(
      username,
      "mutation($input: SendMessageInput!) { sendMessage(input: $input) { message { id } userErrors { message } } }",
      { input: { clientId: crypto.randomUUID(), text, to: { conversationId } } },
    );
    if (!sendMessage.message) throw new Error(JSON.stringify(sendMessage.userErrors));
    return sendMessage.message.id;
  }

  /** Sends many messages, in their order. */
  async sendAll(username: string, conversationId: string, texts: readonly string[]): Promise<void> {
    for (let from = 0; from < texts.length; from += MOST) {
      const part = texts.slice(from, from + MOST);
      const inputs = part.map((text) => ({ clientId: crypto.randomUUID(), text, to: { conversationId } }));
      await this.ask(
        username,
        `mutation(${inputs.map((_, at) => `$i${at}: SendMessageInput!`).join()}) {
          ${inputs.map((_, at) => `m${at}: sendMessage(input: $i${at}) { message { id } }`).join(" ")}
        }`,
        Object.fromEntries(inputs.map((input, at) => [`i${at}`, input])),
      );
    }
  }

  /** The newest messages of a conversation as the server has them, the oldest first. */
  async texts(username: string, conversationId: string): Promise<string[]> {
    type Page = { conversation: { messages: { nodes: { text: string }[] } } };
    const { conversation } = await this.ask<Page>(
      username,
      "query($id: ID!) { conversation(id: $id) { messages(last: 100) { nodes { text } } } }",
      { id: conversationId },
    );
    return conversation.messages.nodes.map(({ text }) => text);
  }

  /** The id of somebody. */
  async id(username: string): Promise<string> {
    const { viewer } = await this.ask<{ viewer: { user: { id: string } } }>(username, "{ viewer { user { id } } }");
    return viewer.user.id;
  }

  private async token(username: string): Promise<string> {
    if (this.people.length === 0) {
      const answer = await this.request.get(`${this.address}/demo.json`);
      ({ people: this.people } = (await answer.json()) as { people: Clinic["people"] });
    }
    const person = this.people.find((each) => each.username === username);
    if (!person) throw new Error(`no ${username} in the clinic`);
    return person.token;
  }

  /** A browser in which nobody is signed in. */
  async browse(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({ locale: "en-GB", baseURL: this.address, ...options });
    this.contexts.push(context);
    context.on("page", (page) => this.watch(page));
    return context.newPage();
  }

  /** A browser in which somebody is signed in, at an address of the chat. */
  async enter(username: string, path = "/chat", options: BrowserContextOptions = {}): Promise<Page> {
    const session = {
      userId: await this.id(username),
      accessToken: await this.token(username),
      refreshToken: "",
      renewAt: Date.now() + 24 * 3600_000,
    };
    const localStorage = [{ name: "bedside.session", value: JSON.stringify(session) }];
    const page = await this.browse({
      ...options,
      storageState: { cookies: [], origins: [{ origin: this.address, localStorage }] },
    });
    await page.goto(path);
    // From here on the page hears of everything.
    await expect(page.getByRole("navigation", { name: "Main", includeHidden: true })).toBeAttached();
    return page;
  }

  async close(): Promise<void> {
    for (const context of this.contexts) await context.close();
  }

  private watch(page: Page): void {
    const onlyHere = (address: string) => {
      const { protocol, origin } = new URL(address.replace(/^ws/, "http"));
      if (protocol !== "data:" && protocol !== "blob:" && origin !== this.address) {
        this.complaints.push(`asked ${address}`);
      }
    };
    page.on("request", (request) => onlyHere(request.url()));
    page.on("websocket", (socket) => onlyHere(socket.url()));
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      const isNetwork = /net::ERR_(INTERNET_DISCONNECTED|CONNECTION_|EMPTY_RESPONSE|SOCKET)/.test(message.text());
      if (message.type() === "error" && !(this.mayLoseNetwork && isNetwork)) this.complaints.push(message.text());
    });
  }
}

/** A test with the clinic, which fails when a browser asked elsewhere or complained. */
export const test = base.extend<{ clinic: Clinic }>({
  clinic: async ({ browser, request, baseURL }, use) => {
    const clinic = new Clinic(browser, request, baseURL ?? "");
    await use(clinic);
    await clinic.close();
    expect(clinic.complaints).toEqual([]);
  },
});

/** Where a message is written. */
export const box = (page: Page) => page.getByRole("textbox", { name: "Write a message" });

/** A message that is shown, by its text. */
export const message = (page: Page, text: string) => page.getByRole("article", { name: text });

/** Writes a message and sends it by keyboard. */
export async function write(page: Page, text: string): Promise<void> {
  await box(page).fill(text);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(message(page, text)).toBeVisible();
}

/** Chooses something in the menu of a message. */
export async function choose(page: Page, text: string, action: string): Promise<void> {
  await message(page, text).click({ button: "right" });
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}

type Dropped = { name: string; type: string; bytes: number[] };

/** Drops a file onto what is open, as from the desktop. */
export async function drop(page: Page, file: Dropped): Promise<void> {
  const dataTransfer = await page.evaluateHandle(({ name, type, bytes }) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(bytes)], name, { type }));
    return transfer;
  }, file);
  for (const event of ["dragenter", "dragover", "drop"]) await box(page).dispatchEvent(event, { dataTransfer });
}

/** Nothing on the page is in the way of people who see, hear or move differently. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
  expect(found).toEqual([]);
}

/** A text that no other message has. */
export const unique = (text: string) => `${text} (${crypto.randomUUID().slice(0, 8)})`;
