import { useGraphiQL } from "@graphiql/react";
import { use } from "react";
import { choose, headersOf, People, personOf } from "./people";

/** Signs the open tab in as somebody else of the demo clinic. */
export function AccountSelect() {
  const people = use(People);
  const { tab, editor } = useGraphiQL(({ tabs, activeTabIndex, headerEditor }) => ({
    tab: tabs[activeTabIndex],
    editor: headerEditor,
  }));
  // After a reload a tab holds no headers before one visits it: GraphiQL does not keep tokens.
  const person = personOf(tab?.headers ?? editor?.getValue(), people);
  const roles = [...new Set(people.map(({ role }) => role))];

  function signIn(username: string) {
    const chosen = people.find((one) => one.username === username);
    if (!chosen) return;
    choose(chosen);
    editor?.setValue(headersOf(chosen));
  }

  return (
    <label>
      <span>Signed in as</span>
      <select
        aria-label="Signed in as"
        value={person?.username ?? ""}
        disabled={!editor}
        onChange={(event) => signIn(event.target.value)}
      >
        {!person && <option value="">somebody else</option>}
        {roles.map((role) => (
          <optgroup key={role} label={role.charAt(0) + role.slice(1).toLowerCase()}>
            {people
              .filter((one) => one.role === role)
              .map(({ username, fullName, title }) => (
                <option key={username} value={username}>
                  {title ? `${fullName}, ${title}` : fullName}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}
