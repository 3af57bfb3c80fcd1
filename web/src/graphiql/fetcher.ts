import { Kind, OperationTypeNode, parse, type OperationDefinitionNode } from "graphql";
import { createClient, type ExecutionResult } from "graphql-ws";
import type { GraphiQLProps } from "graphiql";

type Fetcher = GraphiQLProps["fetcher"];
type Request = Parameters<Fetcher>[0];
type Headers = Record<string, string>;

const FILE = "{{text file}}";

/** Sends what the editors hold: subscriptions over a WebSocket, everything else over HTTP. */
export const fetcher: Fetcher = (written, options) => {
  const operation = meant(written);
  // Without one the server says what is wrong.
  const request = withNewIds(operation ? { ...written, operationName: operation.name?.value } : written);
  const headers: Headers = options?.headers ?? {};
  return operation?.operation === OperationTypeNode.SUBSCRIPTION ? listen(request, headers) : send(request, headers);
};

/**
 * The operation that is meant. Right after a change of tabs the editor still gives the name that was meant in the tab
 * before, and its syntax tree: what is in the document counts.
 */
export function meant({ query, operationName }: Request): OperationDefinitionNode | undefined {
  const operations = operationsOf(query);
  const only = operations.length === 1 ? operations[0] : undefined;
  return only ?? operations.find(({ name }) => name?.value === operationName);
}

function operationsOf(query: string): OperationDefinitionNode[] {
  try {
    return parse(query).definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  } catch {
    return [];
  }
}

/** A message needs a new `clientId` each time it is meant anew. */
export function withNewIds(request: Request): Request {
  const text = JSON.stringify(request.variables ?? {}).replaceAll("{{new UUID}}", () => crypto.randomUUID());
  return { ...request, variables: JSON.parse(text) as unknown };
}

async function send(request: Request, headers: Headers): Promise<ExecutionResult> {
  const form = multipart(request);
  const response = await fetch("/graphql", {
    method: "POST",
    headers: {
      Accept: "application/graphql-response+json, application/json",
      ...(!form && { "Content-Type": "application/json" }),
      ...headers,
    },
    body: form ?? JSON.stringify(request),
  });
  // Something between the page and the server answers in its own words.
  if (!response.headers.get("Content-Type")?.includes("json"))
    throw new Error(`The server cannot be reached: ${response.status} ${response.statusText}`);
  return (await response.json()) as ExecutionResult;
}

/** The request with a small file, as the GraphQL multipart request specification says, when its variables ask for one. */
export function multipart(request: Request): FormData | undefined {
  const places = placesOf(request.variables, "variables");
  if (places.length === 0) return undefined;
  const form = new FormData();
  const operations = JSON.stringify(request, (_, value: unknown) => (value === FILE ? null : value));
  form.set("operations", operations);
  form.set("map", JSON.stringify({ 0: places }));
  form.set("0", new File(["Two a day, after meals.\n"], "plan.txt", { type: "text/plain" }));
  return form;
}

function placesOf(value: unknown, path: string): string[] {
  if (value === FILE) return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => placesOf(inner, `${path}.${key}`));
}

function listen({ query, operationName, variables }: Request, headers: Headers): AsyncIterable<ExecutionResult> {
  const url = new URL("/graphql/ws", location.href).href.replace(/^http/, "ws");
  // A stream that broke says so, for whoever tries the API wants to see it.
  const client = createClient({ url, connectionParams: headers, retryAttempts: 0 });
  const results = client.iterate({ query, operationName, variables: variables as Record<string, unknown> });
  const iterator: AsyncIterator<ExecutionResult> = {
    next: () =>
      (results.next() as Promise<IteratorResult<ExecutionResult>>).catch((problem: unknown) => {
        throw problem instanceof Event ? new Error(ended(problem)) : problem;
      }),
    return: async () => ({ value: await results.return?.(), done: true }),
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

/** Browsers do not say why a socket could not be opened. */
function ended(problem: Event): string {
  return problem instanceof CloseEvent
    ? `The socket was closed: ${problem.code} ${problem.reason}`
    : "The socket could not be opened.";
}
