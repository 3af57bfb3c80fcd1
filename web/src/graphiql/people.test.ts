import { beforeEach, expect, test } from "vitest";
import { choose, firstPerson, headersOf, personOf, type Person } from "./people";

const person = (username: string, role: string): Person => ({
  username,
  role,
  fullName: username,
  title: null,
  password: "quiet harbour lantern",
  token: `token-of-${username}`,
});
const noor = person("noor", "PATIENT");
const ada = person("ada", "CLINICIAN");
const ben = person("ben", "CLINICIAN");

beforeEach(() => localStorage.clear());

test("the page opens signed in as the first clinician, and then as who was chosen last", () => {
  expect(firstPerson([noor, ada, ben])).toBe(ada);
  choose(noor);
  expect(firstPerson([ada, noor])).toBe(noor);
  expect(firstPerson([ada, ben])).toBe(ada);
  expect(firstPerson([])).toBeUndefined();
});

test("headers tell whose they are", () => {
  expect(JSON.parse(headersOf(ada))).toEqual({ Authorization: "Bearer token-of-ada" });
  expect(personOf(headersOf(ben), [ada, ben])).toBe(ben);
  expect(personOf(headersOf(undefined), [ada, ben])).toBeUndefined();
  expect(personOf(null, [ada])).toBeUndefined();
});
