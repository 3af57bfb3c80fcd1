import type { Row } from "../conversations/row";

/** What is said about a group when it is made, and changed later. */
export type About = { title: string; description: string; purpose: Row["purpose"]; tags: string };

export const PURPOSES = ["GENERAL", "CONSULTATION", "CASE", "THERAPY", "STUDY", "EMERGENCY"] as const;

/** The tags that were written into one field, each once. */
export function tagsOf(text: string): string[] {
  const tags = text.split(/[,;\n]/).map((tag) => tag.trim().replace(/^#/, "").toLocaleLowerCase());
  return [...new Set(tags.filter((tag) => tag !== ""))];
}

/** The end of a quiet time that somebody wishes for at `now`. */
export function quietUntil(wish: "hour" | "morning" | "week", now: Date): Date {
  const end = new Date(now);
  if (wish === "hour") end.setHours(now.getHours() + 1);
  else end.setDate(now.getDate() + (wish === "week" ? 7 : 1));
  if (wish === "morning") end.setHours(8, 0, 0, 0);
  return end;
}
