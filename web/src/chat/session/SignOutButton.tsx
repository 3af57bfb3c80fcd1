import { LogOut } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { useUnsentCount } from "../unsent/useOutbox";
import { signOut } from "./signOut";

/** Signs out; asks before, when that would delete what was not sent yet. */
export function SignOutButton({ className }: { className?: string | undefined }) {
  const { t } = useTranslation();
  const count = useUnsentCount();
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button
        look="plain"
        className={className}
        icon={<LogOut size={20} aria-hidden />}
        onClick={() => (count > 0 ? setAsking(true) : void signOut())}
      >
        {t("session.signOut")}
      </Button>
      {isAsking && <Ask count={count} onStay={() => setAsking(false)} />}
    </>
  );
}

/** They may be sent while this is read. */
function Ask({ count, onStay }: { count: number; onStay: () => void }) {
  const { t } = useTranslation();
  const isSent = count === 0;
  return (
    <Dialog
      title={isSent ? t("session.unsentNone") : t("session.unsent", { count })}
      onClose={onStay}
      footer={
        <>
          <Button look="plain" onClick={onStay}>
            {t("session.stay")}
          </Button>
          <Button look={isSent ? "solid" : "danger"} onClick={() => void signOut()}>
            {t(isSent ? "session.signOut" : "session.leaveAnyway")}
          </Button>
        </>
      }
    >
      <p>{isSent ? t("session.unsentNoneLead") : t("session.unsentLead", { count })}</p>
    </Dialog>
  );
}
