import { expect, test } from "vitest";
import { pieces } from "./excerpt";

test("what was found stands out", () => {
  expect(pieces("take the tablet at noon", [{ start: 9, end: 15 }])).toEqual([
    { text: "take the ", isFound: false },
    { text: "tablet", isFound: true },
    { text: " at noon", isFound: false },
  ]);
});

test("characters that need two code units count as one", () => {
  expect(pieces("🩺🩺 knee", [{ start: 3, end: 7 }])).toEqual([
    { text: "🩺🩺 ", isFound: false },
    { text: "knee", isFound: true },
  ]);
});

test("a find far into a long text is near the beginning", () => {
  const text = `${"a ".repeat(100)}knee`;
  const [dots, before, knee] = pieces(text, [{ start: 200, end: 204 }]);
  expect(dots?.text).toBe("…");
  expect(before?.text).toHaveLength(30);
  expect(knee).toEqual({ text: "knee", isFound: true });
});

test("without finds, as in the name of a file, the text is whole", () => {
  expect(pieces("two words", [])).toEqual([{ text: "two words", isFound: false }]);
});
