import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useAct } from "../api/act";
import { GroupAvatar } from "../design/Avatar";
import { Button } from "../design/Button";
import { say } from "../design/toasts";
import type { Invitation } from "./group";
import { RespondToInvitation } from "./operations";
import styles from "./InvitationsReceived.module.css";

/** The groups the viewer is asked to join, with an answer for each. */
export function InvitationsReceived({ invitations }: { invitations: readonly Invitation[] }) {
  const { t } = useTranslation();
  return (
    <section>
      <h2 className={styles.title}>{t("people.invitations")}</h2>
      <ul>
        {invitations.map((invitation) => (
          <Line key={invitation.id} invitation={invitation} />
        ))}
      </ul>
    </section>
  );
}

function Line({ invitation }: { invitation: Invitation }) {
  const { t } = useTranslation();
  const act = useAct();
  const [, go] = useLocation();
  const [busy, setBusy] = useState<"accept" | "decline" | null>(null);
  const name = invitation.conversationTitle ?? t(`groups.purposes.${invitation.conversationPurpose}`);
  const respond = async (accept: boolean) => {
    setBusy(accept ? "accept" : "decline");
    const done = await act(RespondToInvitation, { input: { invitationId: invitation.id, accept } });
    setBusy(null);
    const id = done?.respondToInvitation?.invitation?.conversation?.id;
    if (!accept || id === undefined) return;
    say(t("groups.joined"));
    go(`/c/${id}`);
  };
  return (
    <li className={styles.line}>
      <GroupAvatar id={invitation.id} />
      <span className={styles.words}>
        <span className={styles.name} dir="auto">
          {name}
        </span>
        <span className={styles.about}>{t("groups.asksYou", { name: invitation.invitedBy.fullName })}</span>
      </span>
      <span className={styles.answers}>
        <Button
          look="soft"
          isBusy={busy === "decline"}
          aria-label={t("people.declineName", { name })}
          onClick={() => void respond(false)}
        >
          {t("people.decline")}
        </Button>
        <Button
          isBusy={busy === "accept"}
          aria-label={t("people.acceptName", { name })}
          onClick={() => void respond(true)}
        >
          {t("people.accept")}
        </Button>
      </span>
    </li>
  );
}
