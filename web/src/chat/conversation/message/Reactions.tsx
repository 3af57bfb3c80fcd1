import { useTranslation } from "react-i18next";
import { Tooltip } from "../../design/Tooltip";
import { useFormats } from "../../language/format";
import { useReact } from "../actions/useReact";
import type { Message } from "../fields";
import { useTab } from "./context";
import styles from "./Reactions.module.css";

/** The reactions to a message: how many, whose, and whether the viewer's is among them. */
export function Reactions({ message }: { message: Message }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const react = useReact();
  const tab = useTab();
  if (message.reactions.length === 0) return null;
  return (
    <ul className={styles.reactions} aria-label={t("message.reactions")}>
      {message.reactions.map(({ emoji, count, users, viewerHasReacted }) => {
        const names = users.map((user) => user.fullName);
        if (count > names.length) names.push(t("message.others", { count: count - names.length }));
        const who = formats.list(names);
        return (
          <li key={emoji}>
            <Tooltip text={who}>
              <button
                type="button"
                tabIndex={tab}
                className={styles.reaction}
                aria-pressed={viewerHasReacted}
                aria-label={t("message.reactedBy", { emoji, who })}
                onClick={() => void react(message.id, emoji, !viewerHasReacted)}
              >
                <span aria-hidden>{emoji}</span>
                <span aria-hidden>{formats.number(count)}</span>
              </button>
            </Tooltip>
          </li>
        );
      })}
    </ul>
  );
}
