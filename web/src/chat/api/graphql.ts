import { initGraphQLTada } from "gql.tada";
import type { introspection } from "./generated/schema.d.ts";

/** Writes an operation or a fragment; its types come from the schema. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  // A part of the page names the fields it needs as a fragment, and takes the object itself.
  disableMasking: true;
  scalars: { DateTime: string; UUID: string; Upload: File };
}>();

export type { FragmentOf, ResultOf, VariablesOf } from "gql.tada";
