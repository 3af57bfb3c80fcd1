import { BellOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useAct } from "../api/act";
import { SetNotificationLevel } from "../conversations/operations";
import { Button } from "../design/Button";
import { Menu, MenuItem } from "../design/Menu";
import { Segmented } from "../design/Segmented";
import { useFormats, useMinute } from "../language/format";
import { quietUntil } from "./form";
import type { DetailedConversation } from "./operations";
import { Section } from "./Section";
import styles from "./Details.module.css";

/** Which new messages of a conversation the viewer is told of, and when of none. */
export function Notifications({ conversation }: { conversation: DetailedConversation }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useMinute();
  const act = useAct();
  const { id, viewerNotificationLevel, viewerQuietUntil } = conversation;
  const isQuiet = viewerQuietUntil !== null && Date.parse(viewerQuietUntil) > now;
  const quiet = (until: Date | null) =>
    void act(SetNotificationLevel, { input: { conversationId: id, quietUntil: until?.toISOString() ?? null } });
  return (
    <Section title={t("groups.notifications")}>
      <Segmented
        label={t("groups.level")}
        value={viewerNotificationLevel}
        onChoose={(level) => void act(SetNotificationLevel, { input: { conversationId: id, level } })}
        choices={(["ALL", "MENTIONS", "NONE"] as const).map((level) => [level, t(`groups.levels.${level}`)])}
      />
      <p className={styles.note}>{t("groups.levelHint")}</p>
      {isQuiet ? (
        <div className={styles.quiet} role="status">
          <span>{t("groups.quietUntil", { when: formats.moment(viewerQuietUntil) })}</span>
          <Button look="plain" onClick={() => quiet(null)}>
            {t("groups.quietEnd")}
          </Button>
        </div>
      ) : (
        <Menu
          align="start"
          trigger={
            <Button look="plain" icon={<BellOff size={18} aria-hidden />}>
              {t("groups.quietFor")}
            </Button>
          }
        >
          <MenuItem onSelect={() => quiet(quietUntil("hour", new Date()))}>{t("groups.quietHour")}</MenuItem>
          <MenuItem onSelect={() => quiet(quietUntil("morning", new Date()))}>{t("groups.quietMorning")}</MenuItem>
          <MenuItem onSelect={() => quiet(quietUntil("week", new Date()))}>{t("groups.quietWeek")}</MenuItem>
        </Menu>
      )}
    </Section>
  );
}
