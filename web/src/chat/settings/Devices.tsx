import { Monitor, Smartphone } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation, useQuery } from "urql";
import type { ResultOf } from "../api/graphql";
import { Button } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { SkeletonList } from "../design/Skeleton";
import { say } from "../design/toasts";
import { useFormats, useMinute } from "../language/format";
import { Card } from "./Card";
import { device } from "./device";
import { Failed } from "../shell/Failed";
import { EndOtherSessions, RevokeSession, Sessions } from "./operations";
import { useChange } from "../api/useChange";
import styles from "./Devices.module.css";

type Session = NonNullable<ResultOf<typeof Sessions>["viewer"]>["sessions"][number];

/** Where the viewer is signed in. */
export function Devices() {
  const { t } = useTranslation();
  const [{ data, error }, again] = useQuery({ query: Sessions });
  if (!data?.viewer) {
    return error ? <Failed error={error} again={again} /> : <SkeletonList count={3} label={t("common.loading")} />;
  }
  const { sessions } = data.viewer;
  const others = sessions.filter((session) => !session.isCurrent);
  return (
    <div>
      <Card title={t("settings.devices.here")}>
        <ul>
          {sessions
            .filter((session) => session.isCurrent)
            .map((session) => (
              <Line key={session.id} session={session} />
            ))}
        </ul>
      </Card>
      <Card
        title={t("settings.devices.others")}
        lead={t(others.length > 0 ? "settings.devices.othersLead" : "settings.devices.noOthers")}
      >
        {others.length > 0 && (
          <ul>
            {others.map((session) => (
              <Line key={session.id} session={session} />
            ))}
          </ul>
        )}
        {others.length > 1 && <EndOthers count={others.length} />}
      </Card>
    </div>
  );
}

/** Names a device in the words of the reader. */
function useDeviceName(): (session: Session) => string {
  const { t } = useTranslation();
  return (session) => {
    const { browser, system } = device(session.device);
    if (browser !== null && system !== null) return t("settings.devices.name", { browser, system });
    return browser ?? system ?? (session.device || t("settings.devices.unknown"));
  };
}

function Line({ session }: { session: Session }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useMinute();
  const name = useDeviceName()(session);
  const [, revoke] = useMutation(RevokeSession);
  const { isBusy, change } = useChange();
  const Icon = device(session.device).isPhone ? Smartphone : Monitor;

  const end = async () => {
    if (await change(revoke({ input: { sessionId: session.id } }), (data) => data.revokeSession)) {
      say(t("settings.devices.ended", { name }));
    }
  };
  return (
    <li className={styles.device}>
      <Icon size={24} aria-hidden />
      <div>
        <p className={styles.name}>
          {name}
          {session.isCurrent && <span className={styles.current}>{t("settings.devices.current")}</span>}
        </p>
        <p className={styles.when}>
          {!session.isCurrent && (
            <>
              <time dateTime={session.lastUsedAt} title={formats.exact(session.lastUsedAt)}>
                {t("settings.devices.lastUsed", { when: formats.ago(session.lastUsedAt, now) })}
              </time>
              <br />
            </>
          )}
          <time dateTime={session.createdAt} title={formats.exact(session.createdAt)}>
            {t("settings.devices.since", { when: formats.ago(session.createdAt, now) })}
          </time>
        </p>
      </div>
      {!session.isCurrent && (
        <Button
          look="plain"
          isBusy={isBusy}
          aria-label={t("settings.devices.endLabel", { name })}
          onClick={() => void end()}
        >
          {t("session.signOut")}
        </Button>
      )}
    </li>
  );
}

function EndOthers({ count }: { count: number }) {
  const { t } = useTranslation();
  const [isAsking, setAsking] = useState(false);
  const [, endOthers] = useMutation(EndOtherSessions);
  const { isBusy, change } = useChange();

  const end = async () => {
    if (!(await change(endOthers({}), (data) => data.endOtherSessions))) return;
    setAsking(false);
    say(t("settings.devices.othersEnded"));
  };
  return (
    <div>
      <Button look="danger" onClick={() => setAsking(true)}>
        {t("settings.devices.endOthers")}
      </Button>
      {isAsking && (
        <Dialog
          title={t("settings.devices.endOthersTitle")}
          onClose={() => setAsking(false)}
          footer={
            <>
              <Button look="plain" onClick={() => setAsking(false)}>
                {t("common.cancel")}
              </Button>
              <Button look="danger" isBusy={isBusy} onClick={() => void end()}>
                {t("settings.devices.endOthers")}
              </Button>
            </>
          }
        >
          <p>{t("settings.devices.endOthersLead", { count })}</p>
        </Dialog>
      )}
    </div>
  );
}
