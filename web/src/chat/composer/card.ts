import type { CardInput } from "../unsent/kept";
import type { CardKind } from "./CardDialog";

/** What stands in the fields of a card. */
export type CardValues = Record<
  "startsAt" | "endsAt" | "place" | "link" | "medication" | "dose" | "instructions" | "summary" | "findings",
  string
> & { status: "PROPOSED" | "CONFIRMED" | "CANCELLED" };

/** What has to be mended, by field. */
export type CardProblems = Partial<Record<keyof CardValues, "required" | "order" | "where" | "https">>;

/** The card that the fields make, or what has to be mended first. */
export function cardOf(kind: CardKind, values: CardValues): { card: CardInput } | { problems: CardProblems } {
  const text = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.trim()])) as CardValues;
  const problems = problemsOf(kind, text);
  if (Object.keys(problems).length > 0) return { problems };
  if (kind === "case") return { card: { case: { summary: text.summary, findings: text.findings || null } } };
  if (kind === "prescription") {
    const { medication, dose, instructions } = text;
    return { card: { prescription: { medication, dose, instructions: instructions || null } } };
  }
  const { startsAt, endsAt, place, link, status } = text;
  return {
    card: {
      appointment: {
        startsAt: new Date(startsAt).toISOString(),
        endsAt: endsAt ? new Date(endsAt).toISOString() : null,
        place: place || null,
        link: link || null,
        status,
      },
    },
  };
}

function problemsOf(kind: CardKind, text: CardValues): CardProblems {
  const required = (...names: (keyof CardValues)[]): CardProblems =>
    Object.fromEntries(names.filter((name) => text[name] === "").map((name) => [name, "required"]));
  if (kind === "case") return required("summary");
  if (kind === "prescription") return required("medication", "dose");
  return {
    ...required("startsAt"),
    ...(text.endsAt !== "" && text.endsAt <= text.startsAt && { endsAt: "order" as const }),
    ...(text.place === "" && text.link === "" && { place: "where" as const }),
    ...(text.link !== "" && !/^https:\/\/[^\s/]/.test(text.link) && { link: "https" as const }),
  };
}
