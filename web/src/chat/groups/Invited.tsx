import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../api/act";
import { Avatar } from "../design/Avatar";
import { Button } from "../design/Button";
import type { Invitation } from "./group";
import { WithdrawInvitation } from "./operations";
import styles from "./Details.module.css";

/** Who was asked into a group and has not answered yet. */
export function Invited({ invitations }: { invitations: readonly Invitation[] }) {
  const { t } = useTranslation();
  return (
    <>
      <h4 className={styles.subtitle}>{t("groups.invited")}</h4>
      <ul>
        {invitations.map((invitation) => (
          <Line key={invitation.id} invitation={invitation} />
        ))}
      </ul>
    </>
  );
}

function Line({ invitation }: { invitation: Invitation }) {
  const { t } = useTranslation();
  const act = useAct();
  const [isBusy, setBusy] = useState(false);
  const { user, invitedBy, role } = invitation;
  const withdraw = async () => {
    setBusy(true);
    if (!(await act(WithdrawInvitation, { input: { invitationId: invitation.id } }))) setBusy(false);
  };
  return (
    <li className={styles.member}>
      <Avatar person={user} />
      <span className={styles.words}>
        <span className={styles.name} dir="auto">
          {user.fullName}
        </span>
        <span className={styles.muted}>
          {t("groups.invitedAs", { role: t(`groups.roles.${role}`), name: invitedBy.fullName })}
        </span>
      </span>
      <Button
        look="plain"
        isBusy={isBusy}
        aria-label={t("groups.withdrawInvitation", { name: user.fullName })}
        onClick={() => void withdraw()}
      >
        {t("people.withdraw")}
      </Button>
    </li>
  );
}
