import { useMemo } from "react";
import { useSubscription } from "urql";
import { PresenceChanged } from "../api/cache";

const MOST = 250;

/** Keeps live who of these people is online, wherever they are shown. */
export function usePresence(userIds: readonly string[]): void {
  const key = [...new Set(userIds)].slice(0, MOST).sort().join(" ");
  const ids = useMemo(() => key.split(" ").filter((id) => id !== ""), [key]);
  useSubscription({ query: PresenceChanged, variables: { userIds: ids }, pause: ids.length === 0 });
}
