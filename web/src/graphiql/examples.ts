import list from "../../../examples/operations/README.md?raw";
import { variablesOf } from "./variables";

/** A named operation to start from. */
export type Example = {
  /** The name of its file without the ending. */
  file: string;
  name: string;
  /** In Markdown, where code stands between backticks. */
  description: string;
  query: string;
  variables: object | undefined;
};

/** Examples for one purpose. */
export type Group = { title: string; examples: Example[] };

const texts = import.meta.glob<string>("../../../examples/operations/*.graphql", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** All examples, grouped as in the list that is kept beside them. */
export const groups: Group[] = list
  .split("\n## ")
  .slice(1)
  .map((section) => ({
    title: section.slice(0, section.indexOf("\n")),
    examples: [...section.matchAll(/^- \[(\w+)\]\(([\w-]+)\.graphql\): (.+)$/gm)].map(
      ([, name = "", file = "", description = ""]) => ({
        file,
        name,
        description,
        query: texts[`../../../examples/operations/${file}.graphql`] ?? "",
        variables: variablesOf[file],
      }),
    ),
  }));

/** The examples of these files, in this order. */
export function examplesOf(...files: string[]): Example[] {
  const all = groups.flatMap((group) => group.examples);
  return files.flatMap((file) => all.filter((example) => example.file === file));
}

/** The groups with only those examples whose name or description has all of the words. */
export function search(words: string): Group[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return groups
    .map(({ title, examples }) => ({
      title,
      examples: examples.filter(({ name, description }) =>
        wanted.every((word) => `${name} ${description}`.toLowerCase().includes(word)),
      ),
    }))
    .filter(({ examples }) => examples.length > 0);
}
