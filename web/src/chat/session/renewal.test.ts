import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { renew, Unreachable } from "./renewal";
import { session, sessionOf, setSession, type Session } from "./store";

const OLD: Session = { userId: "user_1", accessToken: "old", refreshToken: "refresh", renewAt: 0 };
const signedIn = (accessToken: string) => ({
  __typename: "SignInPayload",
  user: { __typename: "User", id: "user_1" },
  deviceToken: null,
  tokens: { accessToken, accessTokenExpiresAt: new Date(Date.now() + 600_000).toISOString(), refreshToken: "next" },
  userErrors: [],
});

let answer: () => Promise<Response>;
const fetchMock = vi.fn(() => answer());

function says(body: object): () => Promise<Response> {
  return () => Promise.resolve(new Response(JSON.stringify(body), { headers: { "Content-Type": "application/json" } }));
}

beforeEach(() => {
  fetchMock.mockClear();
  vi.stubGlobal("fetch", fetchMock);
  // Locks of the browser: one after the other.
  let last: Promise<unknown> = Promise.resolve();
  vi.stubGlobal("navigator", {
    languages: [],
    locks: { request: (_name: string, work: () => Promise<unknown>) => (last = last.then(work, work)) },
  });
  setSession(OLD);
});

afterEach(() => {
  setSession(null);
  vi.unstubAllGlobals();
});

test("whoever asks meanwhile gets the same renewal", async () => {
  answer = says({ data: { refreshSession: signedIn("new") } });
  const [first, second] = await Promise.all([renew(), renew()]);
  expect(first?.accessToken).toBe("new");
  expect(second).toBe(first);
  expect(fetchMock).toHaveBeenCalledOnce();
  expect(session()?.refreshToken).toBe("next");
});

test("what another tab renewed is taken, and its refresh token is not used again", async () => {
  localStorage.setItem("bedside.session", JSON.stringify({ ...OLD, accessToken: "of another tab" }));
  const renewed = await renew();
  expect(renewed?.accessToken).toBe("of another tab");
  expect(fetchMock).not.toHaveBeenCalled();
});

test("without a network the session stays", async () => {
  answer = () => Promise.reject(new TypeError("no network"));
  await expect(renew()).rejects.toBeInstanceOf(Unreachable);
  expect(session()).toEqual(OLD);
});

test("a server that is busy does not sign anybody out", async () => {
  answer = says({ errors: [{ message: "busy", extensions: { code: "UNAVAILABLE" } }] });
  await expect(renew()).rejects.toBeInstanceOf(Unreachable);
  expect(session()).toEqual(OLD);
});

test("a session that was ended elsewhere is over here", async () => {
  answer = says({ errors: [{ message: "ended", extensions: { code: "SESSION_REVOKED" } }] });
  expect(await renew()).toBeNull();
  expect(session()).toBeNull();
});

test("who signed out while the server was asked stays signed out", async () => {
  answer = () => {
    setSession(null);
    return says({ data: { refreshSession: signedIn("new") } })();
  };
  expect(await renew()).toBeNull();
  expect(session()).toBeNull();
});

test("a token is renewed before it ends, and not all the time when a clock is wrong", () => {
  const tokens = { accessToken: "a", refreshToken: "r", accessTokenExpiresAt: new Date(600_000).toISOString() };
  expect(sessionOf("user_1", tokens, 0).renewAt).toBe(480_000);
  expect(sessionOf("user_1", tokens, 10_000_000).renewAt).toBe(10_060_000);
});
