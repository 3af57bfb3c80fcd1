import { buildSchema, getOperationAST, getVariableValues, parse, validate } from "graphql";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { examplesOf, groups, search } from "./examples";
import { fill, placesIn } from "./places";
import { variablesOf } from "./variables";

const schema = buildSchema(readFileSync("../schema.graphql", "utf8"));
const all = groups.flatMap((group) => group.examples);

describe("every example", () => {
  test.each(all)("$name can be sent as it opens", ({ name, query, variables }) => {
    const document = parse(query);
    expect(validate(schema, document)).toEqual([]);
    const definitions = getOperationAST(document, name)?.variableDefinitions ?? [];
    const filled = JSON.parse(fill(variables, {}) || "{}") as Record<string, unknown>;
    expect(getVariableValues(schema, definitions, filled).errors).toBeUndefined();
    const names = definitions.map((definition) => definition.variable.name.value);
    expect(names).toEqual(expect.arrayContaining(Object.keys(filled)));
  });

  test("is in the list, and nothing is filled in for one that is not", () => {
    const files = Object.keys(import.meta.glob("../../../examples/operations/*.graphql")).map((path) =>
      path.replace(/^.*\/(.+)\.graphql$/, "$1"),
    );
    const listed = all.map(({ file }) => file);
    expect(listed.toSorted()).toEqual(files.toSorted());
    expect(listed).toEqual(expect.arrayContaining(Object.keys(variablesOf)));
  });
});

test("braces stand for something the page finds, but for what only another answer tells", () => {
  const nothing = { cursor: null, viewer: null, conversations: null, users: null, notifications: null };
  const found = ["new UUID", "text file", "your username", "your password", ...Object.keys(placesIn(nothing))];
  const braces = [...JSON.stringify(variablesOf).matchAll(/\{\{(.+?)\}\}/g)].map(([, what = ""]) => what);
  expect(new Set(braces.filter((what) => !found.includes(what)))).toEqual(
    new Set(["a service account", "an upload", "a disabled person", "a mark", "a service token"]),
  );
  expect(braces).toEqual(expect.arrayContaining(Object.keys(placesIn(nothing))));
});

test("examples are found by all of the words, in the name or the description", () => {
  const names = search("reads NEW message").flatMap(({ examples }) => examples.map(({ name }) => name));
  expect(names).toEqual([]);
  expect(search("add reaction")).toMatchObject([{ title: "Writing", examples: [{ name: "AddReaction" }] }]);
  expect(search(" ")).toEqual(groups);
});

test("examples come in the order that is asked for", () => {
  expect(examplesOf("history", "login").map(({ name }) => name)).toEqual(["History", "Login"]);
});
