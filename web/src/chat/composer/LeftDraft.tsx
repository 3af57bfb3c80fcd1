import { Copy, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "../design/Button";
import { say } from "../design/toasts";
import { changeDraft, useDraft } from "../unsent/drafts";
import { dropFile, useAttachments } from "../unsent/files";
import styles from "./LeftDraft.module.css";

/** What was being written where nothing can be written any more: it is not lost. */
export function LeftDraft({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation();
  const draft = useDraft(conversationId);
  const files = useAttachments(draft.files);
  if (draft.text.trim() === "" && files.length === 0) return null;

  const copy = () =>
    navigator.clipboard.writeText(draft.text).then(
      () => say(t("composer.copied")),
      () => say(t("composer.notCopied"), { isProblem: true }),
    );
  const discard = () => {
    changeDraft(conversationId, { text: "", files: [], replyTo: null, isUrgent: false, expiresAfter: null });
    for (const id of draft.files) void dropFile(id);
  };
  return (
    <section className={styles.draft} aria-label={t("composer.leftDraft")}>
      <h2>{t("composer.leftDraft")}</h2>
      <p className={styles.text} dir="auto">
        {draft.text}
      </p>
      {files.map((file) => (
        <a key={file.id} href={file.preview} download={file.name} dir="auto">
          {file.name}
        </a>
      ))}
      <div className={styles.actions}>
        {draft.text.trim() !== "" && (
          <Button look="soft" icon={<Copy size={18} aria-hidden />} onClick={() => void copy()}>
            {t("composer.copy")}
          </Button>
        )}
        <Button look="danger" icon={<Trash2 size={18} aria-hidden />} onClick={discard}>
          {t("composer.discard")}
        </Button>
      </div>
    </section>
  );
}
