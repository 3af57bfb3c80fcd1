import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Switch } from "../design/Switch";
import { say } from "../design/toasts";
import { usePush } from "../notifications/push";
import { Card } from "./Card";
import styles from "./Card.module.css";

/** Whether this device tells of what is new while the page is closed. The browser is asked only after a press here. */
export function PushSettings() {
  const { t } = useTranslation();
  const { state, turnOn, turnOff } = usePush();
  const [isBusy, setBusy] = useState(false);

  const change = async (isOn: boolean) => {
    setBusy(true);
    if (!isOn) await turnOff();
    else if ((await turnOn()) === "failed") say(t("settings.notifications.pushFailed"), { isProblem: true });
    setBusy(false);
  };
  return (
    <Card title={t("settings.notifications.push")} lead={t("settings.notifications.pushLead")}>
      {state === "unsupported" && <p className={styles.note}>{t("settings.notifications.pushUnsupported")}</p>}
      {state === "unavailable" && <p className={styles.note}>{t("settings.notifications.pushUnavailable")}</p>}
      {state === "denied" && <p className={styles.note}>{t("settings.notifications.pushDenied")}</p>}
      {(state === "on" || state === "off" || state === "denied") && (
        <Switch
          label={t("settings.notifications.pushLabel")}
          hint={t("settings.notifications.pushHint")}
          isOn={state === "on"}
          isBusy={isBusy}
          onChange={(isOn) => void change(isOn)}
        />
      )}
    </Card>
  );
}
