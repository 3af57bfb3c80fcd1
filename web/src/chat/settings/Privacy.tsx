import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { Link } from "wouter";
import { useViewer } from "../api/viewer";
import { Switch } from "../design/Switch";
import { Card } from "./Card";
import { SetPresence, UpdateSettings } from "./operations";
import { useChange } from "../api/useChange";

/** What others are shown. */
export function Privacy() {
  const { t } = useTranslation();
  const viewer = useViewer();
  const [, setPresence] = useMutation(SetPresence);
  const [, updateSettings] = useMutation(UpdateSettings);
  const presence = useChange();
  const receipts = useChange();
  return (
    <div>
      <Card title={t("settings.privacy.shown")}>
        <Switch
          label={t("settings.privacy.presence")}
          hint={t("settings.privacy.presenceHint")}
          isOn={viewer.sharesPresence}
          isBusy={presence.isBusy}
          onChange={(isShared) =>
            void presence.change(setPresence({ input: { isShared } }), (data) => data.setPresence)
          }
        />
        <Switch
          label={t("settings.privacy.receipts")}
          hint={t("settings.privacy.receiptsHint")}
          isOn={viewer.sharesReadReceipts}
          isBusy={receipts.isBusy}
          onChange={(sharesReadReceipts) =>
            void receipts.change(updateSettings({ input: { sharesReadReceipts } }), (data) => data.updateSettings)
          }
        />
      </Card>
      <Card title={t("settings.privacy.blocked")} lead={t("settings.privacy.blockedLead")}>
        <Link href="/people/blocked">{t("settings.privacy.seeBlocked")}</Link>
      </Card>
    </div>
  );
}
