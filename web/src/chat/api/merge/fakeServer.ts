import { Client, CombinedError, type Exchange, type Operation, type TypedDocumentNode } from "@urql/core";
import { filter, makeSubject, map, merge as together, pipe, subscribe } from "wonka";
import { cache } from "../cache";
import { Events } from "../events";
import { replayEvents } from "../replay";
import { merge } from "./merge";

type Answer = (data: unknown, error?: CombinedError) => void;

/** The cache as the page has it, before a server whose answers and events come when the test says. */
export class FakeServer {
  private readonly waiting = new Map<string, Answer>();
  private listener: Answer = () => undefined;
  /** How often the events were subscribed to. */
  subscriptions = 0;
  readonly client = new Client({
    url: "/graphql",
    preferGetMethod: false,
    exchanges: [cache(merge), replayEvents, this.exchange()],
  });

  /** Hears of events, as a page does that is open. */
  follow(): this {
    pipe(
      this.client.subscription(Events, {}),
      subscribe(() => undefined),
    );
    return this;
  }

  /** What was asked, by the names of the queries. */
  asked(): string[] {
    return [...this.waiting.keys()];
  }

  /** Forgets what was asked so far. */
  forget(): void {
    this.waiting.clear();
  }

  /** Answers the last query of a name. */
  answer(name: string, data: unknown): void {
    const waiting = this.waiting.get(name);
    if (!waiting) throw new Error(`${name} was not asked`);
    waiting(data);
  }

  /** Tells the page of an event. */
  tell(event: object): void {
    this.listener({ events: { cursor: "c", occurredAt: "2026-01-01T00:00:00Z", ...event } });
  }

  /** Refuses to tell of events. */
  refuse(code: string): void {
    this.listener(null, new CombinedError({ graphQLErrors: [{ message: code, extensions: { code } }] }));
  }

  /** Asks as a part of the page does; the answer has what is shown by now. */
  watch<Data, Variables extends Record<string, unknown>>(
    query: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    read: (data: Data) => string[] | undefined,
  ): () => string[] {
    let shown: string[] = [];
    pipe(
      this.client.query(query, variables),
      subscribe(({ data }) => {
        shown = (data && read(data)) ?? shown;
      }),
    );
    return () => shown;
  }

  private exchange(): Exchange {
    return () => (operations) => {
      const answers = makeSubject<{ operation: Operation; data: unknown; error?: CombinedError | undefined }>();
      const source = pipe(
        operations,
        filter((operation) => {
          const answer: Answer = (data, error) => answers.next({ operation, data, error });
          if (operation.kind === "subscription") {
            this.listener = answer;
            this.subscriptions += 1;
          }
          if (operation.kind === "query") this.waiting.set(nameOf(operation), answer);
          return false;
        }),
        map((operation) => ({ operation, data: null, error: undefined })),
      );
      return pipe(
        together([source, answers.source]),
        map(({ operation, data, error }) => {
          // urql lets a subscription stand when the server refused it.
          return { operation, data, error, stale: false, hasNext: operation.kind === "subscription" };
        }),
      );
    };
  }
}

function nameOf(operation: Operation): string {
  const [definition] = operation.query.definitions;
  return definition && "name" in definition ? (definition.name?.value ?? "") : "";
}

/** One page of a list, as the server answers it. */
export function page(typename: string, nodes: object[]) {
  const pageInfo = { __typename: "PageInfo", startCursor: "x", endCursor: "y" };
  return { __typename: typename, nodes, pageInfo: { ...pageInfo, hasPreviousPage: false, hasNextPage: false } };
}
