import { expect, test } from "vitest";
import { meant, multipart, withNewIds } from "./fetcher";

test("each place for a new id gets its own", () => {
  const sent = withNewIds({ query: "", variables: { a: "{{new UUID}}", b: { c: "{{new UUID}}" } } });
  const { a, b } = sent.variables as { a: string; b: { c: string } };
  expect(a).toMatch(/^[\da-f-]{36}$/);
  expect(b.c).toMatch(/^[\da-f-]{36}$/);
  expect(a).not.toBe(b.c);
});

test("a request that asks for a file carries it, with null in its place", async () => {
  const request = { query: "mutation", variables: { input: { file: "{{text file}}", names: ["x"] } } };
  const form = multipart(request);
  expect(JSON.parse(form?.get("operations") as string)).toEqual({
    query: "mutation",
    variables: { input: { file: null, names: ["x"] } },
  });
  expect(form?.get("map")).toBe('{"0":["variables.input.file"]}');
  expect(await (form?.get("0") as File).text()).toContain("Two a day");
});

test("any other request is no form", () => {
  expect(multipart({ query: "{ viewer { id } }" })).toBeUndefined();
  expect(multipart({ query: "{ viewer { id } }", variables: { id: null } })).toBeUndefined();
});

test("the operation of the document is meant, also while the editor still has the name of another", () => {
  expect(meant({ query: "query History { viewer { id } }", operationName: "Viewer" })?.name?.value).toBe("History");
  expect(meant({ query: "subscription { typing { users { id } } }" })?.operation).toBe("subscription");
});

test("of several operations the named one is meant, and none without a name", () => {
  const query = "query First { viewer { id } } mutation Second { logout { userErrors { code } } }";
  expect(meant({ query, operationName: "Second" })?.operation).toBe("mutation");
  expect(meant({ query })).toBeUndefined();
  expect(meant({ query: "query {" })).toBeUndefined();
});
