import { Ellipsis, UserPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useLocation } from "wouter";
import { useAct } from "../api/act";
import { useKept } from "../api/kept";
import { useViewer } from "../api/viewer";
import { Button } from "../design/Button";
import { Confirm } from "../design/Confirm";
import { IconButton } from "../design/IconButton";
import { Menu, MenuItem, MenuLine } from "../design/Menu";
import { SkeletonList } from "../design/Skeleton";
import { calledName } from "../people/naming";
import { personPath } from "../people/PeopleList";
import { PersonLine } from "../people/PersonRow";
import { usePresence } from "../people/presence";
import { AddPeople } from "./AddPeople";
import { Invited } from "./Invited";
import { Members as MembersQuery, RemoveParticipant, UpdateParticipant } from "./operations";
import type { DetailedConversation, Member } from "./operations";
import { CHANGES, steps, type Step } from "./rights";
import { Section } from "./Section";
import styles from "./Details.module.css";

const PAGE = 100;

type Props = { conversation: DetailedConversation };

/** Everybody in a group. The server lists up to 100 at once, and a group has up to 250. */
function useMembers(id: string) {
  const first = useMemberPage(id, null, false);
  const second = useMemberPage(id, first?.pageInfo.endCursor, !first?.pageInfo.hasNextPage);
  const third = useMemberPage(id, second?.pageInfo.endCursor, !second?.pageInfo.hasNextPage);
  return first && [...first.nodes, ...(second?.nodes ?? []), ...(third?.nodes ?? [])];
}

function useMemberPage(id: string, after: string | null | undefined, pause: boolean) {
  const [{ data }] = useQuery({ query: MembersQuery, variables: { id, first: PAGE, after: after ?? null }, pause });
  const page = useKept(data?.conversation?.participants);
  return pause ? undefined : page;
}

/** Who is in a group, and what one may do about it. */
export function Members({ conversation }: Props) {
  const { t } = useTranslation();
  const [isAdding, setAdding] = useState(false);
  const members = useMembers(conversation.id);
  usePresence(members?.slice(0, 100).map(({ user }) => user.id) ?? []);
  const { allowed, message } = conversation.viewerCanManageParticipants;
  const mayAdd = allowed && conversation.state === "ACTIVE";
  const owners = members?.filter(({ role }) => role === "OWNER").length ?? 0;
  const invited = conversation.invitations.nodes;
  const title = members ? `${t("groups.members")} · ${members.length}` : t("groups.members");
  return (
    <Section
      title={title}
      action={
        mayAdd && (
          <Button look="plain" icon={<UserPlus size={18} aria-hidden />} onClick={() => setAdding(true)}>
            {t("groups.add")}
          </Button>
        )
      }
    >
      {!allowed && message !== null && <p className={styles.note}>{message}</p>}
      {members ? (
        <ul>
          {members.map((member) => (
            <MemberLine key={member.user.id} conversation={conversation} member={member} owners={owners} />
          ))}
        </ul>
      ) : (
        <SkeletonList count={3} label={t("common.loading")} />
      )}
      {invited.length > 0 && <Invited invitations={invited} />}
      {isAdding && (
        <AddPeople
          conversation={conversation}
          members={new Set([...(members ?? []), ...invited].map(({ user }) => user.id))}
          onClose={() => setAdding(false)}
        />
      )}
    </Section>
  );
}

type LineProps = Props & { member: Member; owners: number };

function MemberLine({ conversation, member, owners }: LineProps) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const [asking, setAsking] = useState<"makeOwner" | "remove" | null>(null);
  const { user, role, canSend } = member;
  const isViewer = user.id === viewer.id;
  const own = conversation.viewerParticipant.role;
  const possible = steps(own, member, { isViewer, owners });
  const name = calledName(user);
  const rights = [
    role !== "MEMBER" && t(`groups.roles.${role}`),
    !canSend && role !== "OBSERVER" && t("groups.readsOnly"),
  ].filter(Boolean);
  const where = { conversationId: conversation.id, userId: user.id };
  return (
    <li className={styles.member}>
      <PersonLine
        person={user}
        note={isViewer ? t("people.you") : null}
        end={rights.length > 0 && <span className={styles.role}>{rights.join(" · ")}</span>}
      />
      {(possible.length > 0 || !isViewer) && (
        <MemberMenu conversation={conversation} member={member} possible={possible} onAsk={setAsking} />
      )}
      {asking === "makeOwner" && (
        <Confirm
          title={t("groups.ownerTitle", { name })}
          lead={t("groups.ownerLead")}
          action={t("groups.makeOwner")}
          change={[UpdateParticipant, { input: { ...where, ...CHANGES.makeOwner } }]}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === "remove" && (
        <Confirm
          title={t("groups.removeTitle", { name })}
          lead={t("groups.removeLead", { name })}
          action={t("groups.remove")}
          change={[RemoveParticipant, { input: where }]}
          onClose={() => setAsking(null)}
        />
      )}
    </li>
  );
}

type MenuProps = Props & {
  member: Member;
  possible: readonly Step[];
  onAsk: (step: "makeOwner" | "remove") => void;
};

function MemberMenu({ conversation, member, possible, onAsk }: MenuProps) {
  const { t } = useTranslation();
  const act = useAct();
  const [, go] = useLocation();
  const viewer = useViewer();
  const { user } = member;
  const take = (step: Step) => {
    if (step === "makeOwner" || step === "remove") onAsk(step);
    else void act(UpdateParticipant, { input: { conversationId: conversation.id, userId: user.id, ...CHANGES[step] } });
  };
  const isViewer = user.id === viewer.id;
  return (
    <Menu
      trigger={
        <IconButton
          label={t("groups.actionsFor", { name: calledName(user) })}
          icon={<Ellipsis size={20} aria-hidden />}
        />
      }
    >
      {!isViewer && <MenuItem onSelect={() => go(personPath(user.id))}>{t("groups.profile")}</MenuItem>}
      {!isViewer && possible.length > 0 && <MenuLine />}
      {possible.map((step) => (
        <MenuItem key={step} isDanger={step === "remove"} onSelect={() => take(step)}>
          {t(`groups.${step}`)}
        </MenuItem>
      ))}
    </Menu>
  );
}
