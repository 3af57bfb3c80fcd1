import type { Details } from "./group";
import type { Member } from "./operations";

type Role = Details["viewerParticipant"]["role"];

/** What one can do to somebody's place in a group. */
export type Step =
  "makeOwner" | "makeAdmin" | "makeMember" | "makeObserver" | "stepDown" | "allowSending" | "stopSending" | "remove";

type Place = Pick<Member, "role" | "canSend">;

/** What the viewer can do to a member, as the server's rules have it: owners lead, administrators keep the others. */
export function steps(own: Role, member: Place, who: { isViewer: boolean; owners: number }): Step[] {
  if (who.isViewer) return own === "OWNER" && who.owners > 1 ? ["stepDown"] : [];
  const leads = member.role === "OWNER" || member.role === "ADMIN";
  if (own === "MEMBER" || own === "OBSERVER" || member.role === "OWNER" || (own === "ADMIN" && leads)) return [];
  const roles: Step[] =
    own === "OWNER" ? ["makeOwner", "makeAdmin", "makeMember", "makeObserver"] : ["makeMember", "makeObserver"];
  const same: Record<Role, Step> = {
    OWNER: "makeOwner",
    ADMIN: "makeAdmin",
    MEMBER: "makeMember",
    OBSERVER: "makeObserver",
  };
  const sending: Step[] = member.role === "OBSERVER" ? [] : [member.canSend ? "stopSending" : "allowSending"];
  return [...roles.filter((step) => step !== same[member.role]), ...sending, "remove"];
}

/** What a step changes of somebody's place. */
export const CHANGES = {
  makeOwner: { role: "OWNER" },
  makeAdmin: { role: "ADMIN" },
  makeMember: { role: "MEMBER" },
  makeObserver: { role: "OBSERVER" },
  stepDown: { role: "ADMIN" },
  allowSending: { canSend: true },
  stopSending: { canSend: false },
} as const satisfies Record<Exclude<Step, "remove">, { role?: Role; canSend?: boolean }>;
