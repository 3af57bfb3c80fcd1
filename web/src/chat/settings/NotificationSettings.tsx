import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { Switch } from "../design/Switch";
import { playSound, sound } from "../notifications/sound";
import { Card } from "./Card";
import { PushSettings } from "./PushSettings";

/** How the viewer is told of what is new. */
export function NotificationSettings() {
  const { t } = useTranslation();
  return (
    <div>
      <PushSettings />
      <Card title={t("settings.notifications.sound")}>
        <Switch
          label={t("settings.notifications.soundLabel")}
          hint={t("settings.notifications.soundHint")}
          isOn={sound.use() === "on"}
          onChange={(isOn) => {
            sound.choose(isOn ? "on" : "off");
            if (isOn) void playSound();
          }}
        />
      </Card>
      <Card title={t("settings.notifications.chats")} lead={t("settings.notifications.chatsLead")}>
        <Link href="/">{t("settings.notifications.seeChats")}</Link>
      </Card>
    </div>
  );
}
