import { useTranslation } from "react-i18next";
import { useSubscription } from "urql";
import { useFormats } from "../language/format";
import { Typing } from "./operations";
import styles from "./TypingLine.module.css";

const NAMED = 3;

/** Who writes just now. Its place is always there, so that nothing moves when somebody begins. */
export function TypingLine({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [{ data }] = useSubscription({ query: Typing, variables: { id: conversationId } });
  const people = data?.typing.users ?? [];
  const names = people.slice(0, NAMED).map((person) => person.fullName);
  if (people.length > NAMED) names.push(t("message.others", { count: people.length - NAMED }));
  return (
    <p className={styles.typing} data-typing={people.length > 0 || undefined}>
      {people.length > 0 && (
        <>
          <span className={styles.dots} aria-hidden>
            <span />
            <span />
            <span />
          </span>
          <span className={styles.names}>
            {t("conversation.typing", { count: people.length, names: formats.list(names) })}
          </span>
        </>
      )}
    </p>
  );
}
