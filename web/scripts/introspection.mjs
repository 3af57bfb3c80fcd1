// Writes what the client's cache must know of the schema: which types and fields there are.
import { minifyIntrospectionQuery } from "@urql/introspection";
import { buildSchema, introspectionFromSchema } from "graphql";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const folder = new URL("../src/chat/api/generated/", import.meta.url);
const schema = buildSchema(readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8"));
mkdirSync(folder, { recursive: true });
const shape = minifyIntrospectionQuery(introspectionFromSchema(schema, { descriptions: false }));
writeFileSync(new URL("introspection.json", folder), JSON.stringify(shape));
