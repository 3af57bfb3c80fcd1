import { expect, test } from "vitest";
import { LONGEST, lengthOf } from "./length";

test("characters are counted as the server counts them", () => {
  expect(lengthOf("  déjà vu \n")).toBe(7);
  expect(lengthOf("👍🏽")).toBe(2);
  expect(lengthOf("e\u0301")).toBe(2);
  expect(lengthOf("😀".repeat(LONGEST))).toBe(LONGEST);
});
