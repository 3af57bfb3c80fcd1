import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { use, useState } from "react";
import { search, type Example } from "./examples";
import { People, personOf } from "./people";
import { fill, findPlaces } from "./places";

/** The named operations to start from. Each opens in a tab of its own, filled in for whom the open tab is signed in as. */
export function ExamplesPanel() {
  const [words, setWords] = useState("");
  const open = useOpenExample();
  const found = search(words);
  return (
    <section aria-label="Examples" className="bedside-examples">
      <div className="graphiql-doc-explorer-title">Examples</div>
      <input
        type="search"
        aria-label="Search examples"
        placeholder="Search examples"
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      {found.map(({ title, examples }) => (
        <section key={title}>
          <h2>{title}</h2>
          <ul>
            {examples.map((example) => (
              <li key={example.file}>
                <button type="button" onClick={() => void open(example)}>
                  {example.name}
                </button>
                <p>
                  {example.description
                    .split("`")
                    .map((part, index) => (index % 2 ? <code key={index}>{part}</code> : part))}
                </p>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {found.length === 0 && <p>No example has these words.</p>}
    </section>
  );
}

function useOpenExample() {
  const people = use(People);
  const actions = useGraphiQLActions();
  const { queryEditor, variableEditor, headerEditor } = useGraphiQL((editors) => ({
    queryEditor: editors.queryEditor,
    variableEditor: editors.variableEditor,
    headerEditor: editors.headerEditor,
  }));
  return async ({ query, variables }: Example) => {
    const headers = headerEditor?.getValue() ?? "";
    const filled = fill(variables, variables ? await findPlaces(personOf(headers, people)) : {});
    actions.addTab();
    headerEditor?.setValue(headers);
    queryEditor?.setValue(query);
    variableEditor?.setValue(filled);
  };
}
