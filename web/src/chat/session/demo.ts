import { useEffect, useState } from "react";

/** Somebody of the small clinic that `bedside dev` makes. */
export type DemoPerson = { username: string; fullName: string; role: string; title: string | null; password: string };

/** The demo accounts of a server that was started to try things; elsewhere there are none. */
export function useDemoPeople(): readonly DemoPerson[] {
  const [people, setPeople] = useState<readonly DemoPerson[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    fetch("/demo.json", { signal: stop.signal })
      .then((answer) => (answer.ok ? (answer.json() as Promise<{ people: DemoPerson[] }>) : { people: [] }))
      .then((demo) => setPeople(demo.people))
      // Without them one signs in like everywhere.
      .catch(() => undefined);
    return () => stop.abort();
  }, []);
  return people;
}
