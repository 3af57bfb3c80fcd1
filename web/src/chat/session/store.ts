import { useSyncExternalStore } from "react";

/** A sign-in of this browser, shared by all its tabs. */
export type Session = {
  userId: string;
  accessToken: string;
  refreshToken: string;
  /** When the access token should be renewed, by the clock of this device. */
  renewAt: number;
};

const KEY = "bedside.session";
const listeners = new Set<() => void>();
let current = read();
let hasEnded = false;

function read(): Session | null {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null") as Session | null;
  } catch {
    return null;
  }
}

function become(session: Session | null): void {
  hasEnded = session === null && (hasEnded || current !== null);
  current = session;
  for (const listener of listeners) listener();
}

// Other tabs sign in, renew and sign out as well.
addEventListener("storage", (event) => {
  if (event.key === KEY || event.key === null) become(read());
});

/** The session as it is now, or null when nobody is signed in. */
export function session(): Session | null {
  return current;
}

/** The session as the other tabs left it. */
export function latestSession(): Session | null {
  become(read());
  return current;
}

/** Signs in, renews, or with null signs out, in every tab. */
export function setSession(session: Session | null): void {
  if (session) localStorage.setItem(KEY, JSON.stringify(session));
  else localStorage.removeItem(KEY);
  become(session);
}

/** Signs out because the person here said so. */
export function leaveSession(): void {
  setSession(null);
  hasEnded = false;
}

/** Whether somebody was signed in while this page was open, and was signed out elsewhere. */
export function sessionHasEnded(): boolean {
  return hasEnded;
}

/** Calls `listener` whenever the session changes; the answer stops that. */
export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Who is signed in. */
export function useUserId(): string | null {
  return useSyncExternalStore(onSession, () => current?.userId ?? null);
}

type Tokens = { accessToken: string; accessTokenExpiresAt: string; refreshToken: string };

/** The session that the tokens of an answer make. Renewed after four fifths of its time, and at the latest every day. */
export function sessionOf(userId: string, tokens: Tokens, now = Date.now()): Session {
  const life = Date.parse(tokens.accessTokenExpiresAt) - now;
  // A clock that is far off must not make this renew all the time, or never.
  const wait = Math.min(Math.max(life * 0.8, 60_000), 24 * 3600_000);
  return { userId, accessToken: tokens.accessToken, refreshToken: tokens.refreshToken, renewAt: now + wait };
}

const DEVICE = "bedside.device";

/** What the server knows this device by, for somebody who signed in here before. */
export function deviceToken(name: string): string | undefined {
  return devices()[name.trim().toLowerCase()];
}

/** Keeps what the server knows this device by, also beyond the sign-out. */
export function rememberDevice(name: string, token: string | null | undefined): void {
  if (token) localStorage.setItem(DEVICE, JSON.stringify({ ...devices(), [name.trim().toLowerCase()]: token }));
}

function devices(): Record<string, string | undefined> {
  try {
    return JSON.parse(localStorage.getItem(DEVICE) ?? "{}") as Record<string, string>;
  } catch {
    return {};
  }
}
