import { useId, useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { errorText } from "../api/errors";
import { Button } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { tagsOf, type About } from "./form";
import { AboutFields, TitleField, type Problem } from "./GroupFields";
import { UpdateConversation, type DetailedConversation } from "./operations";
import styles from "./Group.module.css";

type Props = { conversation: DetailedConversation; onClose: () => void };

/** Renames a group, and describes a conversation anew. */
export function EditGroup({ conversation, onClose }: Props) {
  const { t } = useTranslation();
  const form = useId();
  const { id, title, description, purpose, tags } = conversation;
  const [about, setAbout] = useState<About>({
    title: title ?? "",
    description: description ?? "",
    purpose,
    tags: tags.join(", "),
  });
  const [problem, setProblem] = useState<Problem>();
  const [{ fetching }, update] = useMutation(UpdateConversation);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const { data, error } = await update({
      input: {
        conversationId: id,
        ...(title !== null && { title: about.title.trim() }),
        description: about.description.trim() || null,
        purpose: about.purpose,
        tags: tagsOf(about.tags),
      },
    });
    const refused = data?.updateConversation?.userErrors[0];
    if (error) setProblem({ field: "", message: errorText(error, t) });
    else if (refused) setProblem({ field: refused.field.at(-1) ?? "", message: refused.message });
    else onClose();
  };
  const isShown = problem && (problem.field === "title" || problem.field === "tags");
  return (
    <Dialog
      title={t("groups.editTitle")}
      onClose={onClose}
      footer={
        <>
          <Button look="plain" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" form={form} isBusy={fetching}>
            {t("people.save")}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} noValidate onSubmit={(event) => void save(event)}>
        {title !== null && <TitleField about={about} onChange={setAbout} problem={problem} />}
        <AboutFields about={about} onChange={setAbout} problem={problem} />
        <p role="alert" className={styles.problem}>
          {!isShown && problem?.message}
        </p>
      </form>
    </Dialog>
  );
}
