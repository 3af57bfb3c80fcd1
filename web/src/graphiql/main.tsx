import "./graphiql.css";
import "graphiql/setup-workers/vite";
import { createRoot } from "react-dom/client";
import { examplesOf } from "./examples";
import { Page } from "./Page";
import { demoPeople, firstPerson, headersOf } from "./people";
import { fill, findPlaces } from "./places";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no element #root");

const people = await demoPeople();
const person = firstPerson(people);
const places = await findPlaces(person);
const first = person
  ? examplesOf("conversation-list", "history", "send-message", "mark-read", "message-added", "events")
  : examplesOf("login", "conversation-list", "events");
const headers = headersOf(person);

const tabs = first.map(({ query, variables }) => ({ query, variables: fill(variables, places), headers }));

createRoot(root).render(<Page people={people} headers={headers} tabs={tabs} />);
