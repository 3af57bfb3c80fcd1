import type { TFunction } from "i18next";
import type { Row } from "./row";

type Line = NonNullable<NonNullable<Row["lastMessage"]>["system"]>;

/** What a line of the server says, in the language of the page. */
export function systemText(line: Line, actor: string, list: (names: string[]) => string, t: TFunction): string {
  const whom = list(line.whom.map((person) => person.fullName));
  if (line.what !== "STATE_CHANGED") return t(`system.${line.what}`, { actor, whom, new: line.new ?? "" });
  const state = line.new === "ARCHIVED" || line.new === "CLOSED" ? line.new : "ACTIVE";
  return t(`system.STATE_CHANGED_${state}`, { actor });
}

/** The name of a conversation: what the viewer calls the other, their name, or the title of the group. */
export function nameOf(row: Pick<Row, "title" | "partner">): string {
  return row.title ?? row.partner?.contactWithViewer?.nickname ?? row.partner?.fullName ?? "";
}

/** The newest message on one line. */
export function previewOf(row: Row, viewerId: string, list: (names: string[]) => string, t: TFunction): string {
  const message = row.lastMessage;
  if (!message) return t("conversations.noMessages");
  if (message.system) return systemText(message.system, message.sender.fullName, list, t);
  if (message.deletedAt !== null) return t("conversations.deleted");
  const text = message.excerpt || t(`kinds.${message.kind}`);
  if (message.sender.id === viewerId) return t("conversations.you", { text });
  return row.kind === "GROUP" ? t("conversations.from", { name: firstName(message.sender.fullName), text }) : text;
}

/** The first name, without what stands before it. */
function firstName(fullName: string): string {
  const words = fullName.split(/\s+/);
  return words.find((word) => !/^(dr|prof|mr|mrs|ms|mme|pr)\.?$/i.test(word)) ?? fullName;
}

/** Whether the viewer is told of nothing new in it, for now or for good. */
export function isMuted(row: Pick<Row, "viewerNotificationLevel" | "viewerQuietUntil">, now = Date.now()): boolean {
  const isQuiet = row.viewerQuietUntil !== null && Date.parse(row.viewerQuietUntil) > now;
  return row.viewerNotificationLevel === "NONE" || isQuiet;
}
