import { expect, test } from "vitest";
import { LARGEST, problemOf } from "./choosing";
import { matching, namingAt, withName } from "./mentions";

const person = (username: string, fullName: string) => ({
  ...{ id: username, username, fullName, title: null, role: "CLINICIAN" as const, isVerified: false },
  ...{ avatar: null, presence: null },
});

test("a file that the server would refuse is named before it is sent", () => {
  expect(problemOf({ name: "scan.PDF", size: LARGEST }, 1)).toBeNull();
  expect(problemOf({ name: "scan.pdf", size: LARGEST + 1 }, 1)).toBe("large");
  expect(problemOf({ name: "setup.exe", size: 5 }, 1)).toBe("kind");
  expect(problemOf({ name: "empty.txt", size: 0 }, 1)).toBe("empty");
  expect(problemOf({ name: "eleventh.txt", size: 5 }, 0)).toBe("many");
  expect(problemOf({ name: "recording", size: 5 }, 1)).toBeNull();
});

test("a name is offered after an @ that is not inside a word", () => {
  expect(namingAt("hello @ad", 9)).toEqual({ from: 6, to: 9, query: "ad" });
  expect(namingAt("@", 1)).toEqual({ from: 0, to: 1, query: "" });
  expect(namingAt("ada@clinic", 10)).toBeNull();
  expect(namingAt("@ada now", 8)).toBeNull();
});

test("people are found by any of their names, also without accents", () => {
  const people = [person("ada", "Dr Ada Okafor"), person("clara", "Clara Nyström"), person("zoe", "Zoë Álvarez")];
  expect(matching(people, "oka").map((each) => each.id)).toEqual(["ada"]);
  expect(matching(people, "nystro").map((each) => each.id)).toEqual(["clara"]);
  expect(matching(people, "alv").map((each) => each.id)).toEqual(["zoe"]);
});

test("the name takes the place of what was written of it", () => {
  expect(withName("dear @cl please", { from: 5, to: 8, query: "cl" }, { username: "clara" })).toEqual([
    "dear @clara please",
    12,
  ]);
});
