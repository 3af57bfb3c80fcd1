import type { CombinedError } from "@urql/core";
import { anonymous } from "../api/anonymous";
import { errorCode } from "../api/errors";
import { RefreshSession } from "./operations";
import { latestSession, onSession, session, sessionOf, setSession, type Session } from "./store";

/** The server could not be asked; the session may be as good as ever. */
export class Unreachable extends Error {}

const PASSING = new Set(["RATE_LIMITED", "UNAVAILABLE", "INTERNAL", "TIMEOUT"]);
let running: Promise<Session | null> | undefined;

/**
 * Renews the session, unless another tab just did. Null when the session has ended.
 * A refresh token is used once, so only one tab at a time may do this.
 */
export function renew(): Promise<Session | null> {
  const stale = session()?.accessToken;
  running ??= navigator.locks
    .request("bedside.renewal", () => renewAlone(stale))
    .finally(() => {
      running = undefined;
    });
  return running;
}

async function renewAlone(stale: string | undefined): Promise<Session | null> {
  const before = latestSession();
  if (!before || before.accessToken !== stale) return before;
  const { data, error } = await anonymous
    .mutation(RefreshSession, { input: { refreshToken: before.refreshToken } })
    .toPromise();
  if (error && isPassing(error)) throw new Unreachable();
  const payload = data?.refreshSession;
  // Somebody may have signed out, or in as somebody else, while the server was asked.
  if (latestSession()?.refreshToken !== before.refreshToken) return session();
  setSession(payload?.tokens && payload.user ? sessionOf(payload.user.id, payload.tokens) : null);
  return session();
}

function isPassing(error: CombinedError): boolean {
  const code = errorCode(error);
  return code === null || PASSING.has(code);
}

/** Whether the access token is about to end. */
export function isStale(): boolean {
  const now = session();
  return now !== null && now.renewAt <= Date.now();
}

/** An access token that is good for a while yet. */
export async function freshToken(): Promise<string | undefined> {
  if (isStale()) await renew().catch(() => undefined);
  return session()?.accessToken;
}

/** Renews the session whenever its time comes, as long as this page is open; the answer stops that. */
export function renewInBackground(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const plan = () => {
    clearTimeout(timer);
    const now = session();
    if (now) timer = setTimeout(() => void renew().catch(() => retry()), Math.max(now.renewAt - Date.now(), 0));
  };
  // Soon: when only the answer was lost, the server knows the old refresh token for 30 seconds.
  const retry = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void renew().catch(() => retry()), 5_000);
  };
  const stop = onSession(plan);
  plan();
  return () => {
    stop();
    clearTimeout(timer);
  };
}
