import { expect, test } from "vitest";
import { quietUntil, tagsOf } from "./form";
import { steps } from "./rights";

const other = { isViewer: false, owners: 1 };
const member = { role: "MEMBER", canSend: true } as const;

test("an owner can do everything with a member", () => {
  expect(steps("OWNER", member, other)).toEqual(["makeOwner", "makeAdmin", "makeObserver", "stopSending", "remove"]);
});

test("an administrator names nobody who leads, and leaves those who do alone", () => {
  expect(steps("ADMIN", member, other)).toEqual(["makeObserver", "stopSending", "remove"]);
  expect(steps("ADMIN", { role: "ADMIN", canSend: true }, other)).toEqual([]);
});

test("nobody takes anything from an owner, but they can step down while there is another", () => {
  const owner = { role: "OWNER", canSend: true } as const;
  expect(steps("OWNER", owner, { isViewer: false, owners: 2 })).toEqual([]);
  expect(steps("OWNER", owner, { isViewer: true, owners: 2 })).toEqual(["stepDown"]);
  expect(steps("OWNER", owner, { isViewer: true, owners: 1 })).toEqual([]);
});

test("members and observers change nobody; an observer is never let write, but made a member", () => {
  expect(steps("MEMBER", member, other)).toEqual([]);
  expect(steps("OBSERVER", member, other)).toEqual([]);
  expect(steps("ADMIN", { role: "OBSERVER", canSend: false }, other)).toEqual(["makeMember", "remove"]);
});

test("tags are taken apart, and each is there once", () => {
  expect(tagsOf(" ECG, #teaching;ecg ,\n Été")).toEqual(["ecg", "teaching", "été"]);
  expect(tagsOf(" , ")).toEqual([]);
});

test("quiet ends in an hour, in the morning, or in a week", () => {
  const now = new Date(2026, 11, 31, 23, 30);
  expect(quietUntil("hour", now)).toEqual(new Date(2027, 0, 1, 0, 30));
  expect(quietUntil("morning", now)).toEqual(new Date(2027, 0, 1, 8, 0));
  expect(quietUntil("week", now)).toEqual(new Date(2027, 0, 7, 23, 30));
});
