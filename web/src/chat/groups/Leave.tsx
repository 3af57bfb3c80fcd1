import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useLocation } from "wouter";
import { useViewer } from "../api/viewer";
import { Confirm } from "../design/Confirm";
import { Dialog } from "../design/Dialog";
import { calledName } from "../people/naming";
import { PersonLine } from "../people/PersonRow";
import type { Details } from "./group";
import { LeaveConversation, Members } from "./operations";
import styles from "./Details.module.css";

type Props = { id: string; title: string; permission: Details["viewerCanLeave"]; onClose: () => void };

/** Leaves a group; its only owner says first who takes over. */
export function Leave({ id, title, permission, onClose }: Props) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [heir, setHeir] = useState<{ id: string; name: string }>();
  if (permission.code === "LAST_OWNER" && !heir) return <Heir id={id} onPick={setHeir} onClose={onClose} />;
  const lead = t("groups.leaveLead");
  return (
    <Confirm
      title={t("groups.leaveTitle", { title })}
      lead={heir ? `${t("groups.heirIs", { name: heir.name })} ${lead}` : lead}
      action={t("groups.leave")}
      change={[LeaveConversation, { input: { conversationId: id, newOwnerId: heir?.id ?? null } }]}
      done={t("groups.left")}
      onClose={onClose}
      onDone={() => go("/")}
    />
  );
}

type HeirProps = { id: string; onPick: (heir: { id: string; name: string }) => void; onClose: () => void };

function Heir({ id, onPick, onClose }: HeirProps) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const [{ data }] = useQuery({ query: Members, variables: { id, first: 100, after: null } });
  const others = data?.conversation?.participants.nodes.filter(({ user }) => user.id !== viewer.id) ?? [];
  return (
    <Dialog title={t("groups.heir")} onClose={onClose}>
      <ul>
        {others.map(({ user }) => (
          <li key={user.id}>
            <button
              type="button"
              className={styles.choice}
              onClick={() => onPick({ id: user.id, name: calledName(user) })}
            >
              <PersonLine person={user} />
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
