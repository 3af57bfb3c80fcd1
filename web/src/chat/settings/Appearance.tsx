import { useTranslation } from "react-i18next";
import { useMutation, useQuery } from "urql";
import { enterKey } from "../composer/enterKey";
import { Segmented } from "../design/Segmented";
import { Select } from "../design/Select";
import { textSize, theme } from "../design/theme";
import { chooseLanguage, LANGUAGES } from "../language/language";
import { Card } from "./Card";
import { Profile, UpdateSettings } from "./operations";
import { useChange } from "../api/useChange";

const ACCOUNT = { en: "EN", fr: "FR" } as const;

/** How the page looks, and how it and the server speak. */
export function Appearance() {
  const { t, i18n } = useTranslation();
  const [, updateSettings] = useMutation(UpdateSettings);
  const { change } = useChange();

  const speak = async (code: string) => {
    await chooseLanguage(code);
    const language = ACCOUNT[code as keyof typeof ACCOUNT] as (typeof ACCOUNT)[keyof typeof ACCOUNT] | undefined;
    if (language) await change(updateSettings({ input: { language } }), (data) => data.updateSettings);
  };
  return (
    <div>
      <Card title={t("settings.appearance.look")} lead={t("settings.appearance.lookLead")}>
        <Segmented
          label={t("settings.appearance.theme")}
          value={theme.use()}
          onChoose={theme.choose}
          choices={[
            ["system", t("settings.appearance.themes.system")],
            ["light", t("settings.appearance.themes.light")],
            ["dark", t("settings.appearance.themes.dark")],
          ]}
        />
        <Segmented
          label={t("settings.appearance.size")}
          value={textSize.use()}
          onChoose={textSize.choose}
          choices={[
            ["normal", t("settings.appearance.sizes.normal")],
            ["large", t("settings.appearance.sizes.large")],
            ["larger", t("settings.appearance.sizes.larger")],
          ]}
        />
      </Card>
      <Card title={t("settings.appearance.writing")} lead={t("settings.appearance.lookLead")}>
        <Segmented
          label={t("settings.appearance.enter")}
          hint={t("settings.appearance.enterHint")}
          value={enterKey.use()}
          onChoose={enterKey.choose}
          choices={[
            ["sends", t("settings.appearance.enterDoes.sends")],
            ["breaks", t("settings.appearance.enterDoes.breaks")],
          ]}
        />
      </Card>
      <Card title={t("settings.appearance.languageAndTime")}>
        <Segmented
          label={t("settings.appearance.language")}
          value={i18n.language}
          onChoose={(code) => void speak(code)}
          choices={LANGUAGES.map((code) => [code, new Intl.DisplayNames(code, { type: "language" }).of(code) ?? code])}
        />
        <TimeZone />
      </Card>
    </div>
  );
}

/** The time zone that the server reckons with for the viewer. */
function TimeZone() {
  const { t } = useTranslation();
  const [{ data }] = useQuery({ query: Profile });
  const [, updateSettings] = useMutation(UpdateSettings);
  const { change } = useChange();
  if (!data?.viewer) return null;

  const chosen = data.viewer.timeZone ?? "";
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = new Set([here, ...Intl.supportedValuesOf("timeZone"), ...(chosen ? [chosen] : [])]);
  const name = (zone: string) => zone.replaceAll("_", " ");
  return (
    <Select
      label={t("settings.appearance.timeZone")}
      hint={t("settings.appearance.timeZoneHint")}
      value={chosen}
      onChoose={(zone) =>
        void change(updateSettings({ input: { timeZone: zone || null } }), (answer) => answer.updateSettings)
      }
      choices={[
        ["", t("settings.appearance.noTimeZone")],
        ...[...known].map(
          (zone) =>
            [zone, zone === here ? t("settings.appearance.zoneHere", { zone: name(zone) }) : name(zone)] as const,
        ),
      ]}
    />
  );
}
