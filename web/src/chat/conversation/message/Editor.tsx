import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { errorText } from "../../api/errors";
import { isSend } from "../../composer/enterKey";
import { Button } from "../../design/Button";
import { EditMessage } from "../actions/operations";
import type { Message } from "../fields";
import styles from "./Editor.module.css";

const MOST = 5000;
const SHOW_LEFT = 200;

/** The text of a message while its sender changes it. */
export function Editor({ message, onDone }: { message: Message; onDone: () => void }) {
  const { t } = useTranslation();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(message.text);
  const [problem, setProblem] = useState<string>();
  const [{ fetching }, edit] = useMutation(EditMessage);
  const left = MOST - Array.from(text).length;

  useEffect(() => {
    const element = field.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
  }, []);

  const save = async () => {
    if (fetching || left < 0) return;
    if (text.trim() === message.text) {
      onDone();
      return;
    }
    const { data, error } = await edit({ input: { messageId: message.id, text } });
    const reason = error ? errorText(error, t) : data?.editMessage?.userErrors[0]?.message;
    setProblem(reason);
    if (reason === undefined) onDone();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // The list must not take these for its own.
    event.stopPropagation();
    if (event.key === "Escape" && !event.nativeEvent.isComposing) onDone();
    if (isSend(event)) {
      event.preventDefault();
      void save();
    }
  };

  return (
    <form
      className={styles.editor}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <textarea
        ref={field}
        dir="auto"
        aria-label={t("actions.editText")}
        aria-describedby={problem === undefined ? undefined : "edit-problem"}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {problem !== undefined && (
        <p id="edit-problem" role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      <div className={styles.row}>
        {left < SHOW_LEFT && (
          <span className={left < 0 ? styles.problem : styles.left} role="status">
            {left < 0 ? t("actions.tooLong", { count: -left }) : t("actions.left", { count: left })}
          </span>
        )}
        <Button look="plain" onClick={onDone}>
          {t("common.cancel")}
        </Button>
        <Button type="submit" isBusy={fetching} disabled={left < 0}>
          {t("actions.save")}
        </Button>
      </div>
    </form>
  );
}
