import { expect, test } from "vitest";
import { formats } from "./format";
import en from "./texts/en";
import fr from "./texts/fr";

type Tree = { [key: string]: string | Tree };

function leaves(tree: Tree, path = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === "string" ? [[`${path}${key}`, value]] : leaves(value, `${path}${key}.`),
  );
}

const blanks = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort();

test("every text in French fills in what the English one does", () => {
  const french = new Map(leaves(fr));
  for (const [key, text] of leaves(en)) expect([key, blanks(french.get(key) ?? "")]).toEqual([key, blanks(text)]);
});

test("a list shows the time today, then yesterday, a weekday, a date", () => {
  const { brief } = formats("en-GB");
  const now = new Date(2026, 2, 14, 12, 0).getTime();
  const at = (day: number, month = 2, year = 2026) => new Date(year, month, day, 9, 5).toISOString();
  expect(brief(at(14), now)).toBe("9:05");
  expect(brief(at(13), now)).toBe("yesterday");
  expect(brief(at(10), now)).toBe("Tue");
  expect(brief(at(7), now)).toBe("7 Mar");
  expect(brief(at(7, 11, 2025), now)).toBe("7 Dec 2025");
});
