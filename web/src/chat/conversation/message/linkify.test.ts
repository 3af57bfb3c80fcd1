import { expect, test } from "vitest";
import { pieces } from "./linkify";

const links = (text: string) => pieces(text).flatMap((piece) => (piece.kind === "link" ? [piece.href] : []));
const ada = { id: "user_1", username: "ada", fullName: "Dr Ada Okafor" };

test("addresses become links, without what stands around them", () => {
  expect(pieces("See https://example.org/a_(b)?c=d.")).toEqual([
    { kind: "text", text: "See " },
    { kind: "link", text: "https://example.org/a_(b)?c=d", href: "https://example.org/a_(b)?c=d" },
    { kind: "text", text: "." },
  ]);
  expect(links("(www.example.org), mail ada@example.org!")).toEqual([
    "https://www.example.org",
    "mailto:ada@example.org",
  ]);
});

test("only pages and mail are links", () => {
  expect(links("javascript:alert(1) data:text/html,x file:///etc/passwd ftp://example.org //example.org")).toEqual([]);
});

test("the text stays whole", () => {
  const text = "a\n  https://example.org  b @ada, @nobody ada@ada.example";
  const whole = pieces(text).map((piece) => piece.text);
  expect(whole.join("")).toBe(text);
});

test("who is named is named in full, and nobody else", () => {
  expect(pieces("@Ada: ask @nobody, not x@ada.example", [ada])).toEqual([
    { kind: "mention", text: "@Dr Ada Okafor", userId: "user_1" },
    { kind: "text", text: ": ask @nobody, not " },
    { kind: "link", text: "x@ada.example", href: "mailto:x@ada.example" },
  ]);
});
