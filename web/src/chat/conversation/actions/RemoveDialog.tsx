import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { errorText } from "../../api/errors";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import type { Message } from "../fields";
import { DeleteMessage, HideMessage, RetractMessage } from "./operations";
import styles from "./dialogs.module.css";

type Props = { message: Message; what: "delete" | "hide" | "retract"; onClose: () => void };

const REASON_MOST = 500;

/** Asks before a message goes: for everybody, for the viewer alone, or taken back with a reason. */
export default function RemoveDialog({ message, what, onClose }: Props) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string>();
  const [{ fetching: isDeleting }, remove] = useMutation(DeleteMessage);
  const [{ fetching: isHiding }, hide] = useMutation(HideMessage);
  const [{ fetching: isRetracting }, retract] = useMutation(RetractMessage);
  const isBusy = isDeleting || isHiding || isRetracting;

  const run = async () => {
    const input = { messageId: message.id };
    const { error, refused } =
      what === "delete"
        ? await remove({ input }).then(({ data, error }) => ({ error, refused: data?.deleteMessage }))
        : what === "hide"
          ? await hide({ input }).then(({ data, error }) => ({ error, refused: data?.hideMessage }))
          : await retract({ input: { ...input, reason } }).then(({ data, error }) => ({
              error,
              refused: data?.retractMessage,
            }));
    const found = error ? errorText(error, t) : refused?.userErrors[0]?.message;
    setProblem(found);
    if (found === undefined) onClose();
  };

  return (
    <Dialog
      title={t(`remove.${what}.title`)}
      onClose={onClose}
      footer={
        <>
          <Button look="plain" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button
            look="danger"
            isBusy={isBusy}
            disabled={what === "retract" && reason.trim() === ""}
            onClick={() => void run()}
          >
            {t(`remove.${what}.do`)}
          </Button>
        </>
      }
    >
      <p>{t(`remove.${what}.lead`)}</p>
      {what === "retract" && (
        <label className={styles.field}>
          <span>{t("remove.reason")}</span>
          <textarea
            rows={3}
            dir="auto"
            maxLength={REASON_MOST}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
      )}
      {problem !== undefined && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
    </Dialog>
  );
}
