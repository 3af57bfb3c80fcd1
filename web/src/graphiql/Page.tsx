import { explorerPlugin } from "@graphiql/plugin-explorer";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { BookOpenText } from "lucide-react";
import type { GraphiQLProps } from "graphiql";
import { AccountSelect } from "./AccountSelect";
import { ExamplesPanel } from "./ExamplesPanel";
import { fetcher } from "./fetcher";
import { People, type Person } from "./people";

const examples = { title: "Examples", icon: BookOpenText, content: ExamplesPanel };
const plugins = [examples, { ...explorerPlugin({ showAttribution: false }), title: "Explorer" }, HISTORY_PLUGIN];

// GraphiQL forgets the variables of the tab it opens with, unless it kept them itself.
const isFirstVisit = localStorage.getItem("graphiql:tabState") === null;

type Props = {
  people: Person[];
  headers: string;
  tabs: NonNullable<GraphiQLProps["defaultTabs"]>;
};

/** GraphiQL with the examples beside it and the demo accounts on top. */
export function Page({ people, headers, tabs }: Props) {
  return (
    <People value={people}>
      <GraphiQL
        fetcher={fetcher}
        plugins={plugins}
        visiblePlugin={matchMedia("(min-width: 1000px)").matches ? examples : undefined}
        defaultHeaders={headers}
        defaultTabs={tabs}
        initialVariables={isFirstVisit ? (tabs[0]?.variables ?? "") : undefined}
        defaultEditorToolsVisibility="variables"
        showPersistHeadersSettings={false}
        inputValueDeprecation
        schemaDescription
      >
        <GraphiQL.Logo>
          <div className="bedside-top">
            {people.length > 0 && <AccountSelect />}
            <a href="/chat">Open the chat</a>
          </div>
        </GraphiQL.Logo>
      </GraphiQL>
    </People>
  );
}
