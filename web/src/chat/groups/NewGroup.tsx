import { useId, useRef, useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { useLocation } from "wouter";
import { errorText } from "../api/errors";
import { Button } from "../design/Button";
import { Dialog } from "../design/Dialog";
import type { Pickable } from "../people/person";
import { PersonPicker } from "../people/PersonPicker";
import { tagsOf, type About } from "./form";
import { AboutFields, TitleField, type Problem } from "./GroupFields";
import { CreateGroup } from "./operations";
import styles from "./Group.module.css";

/** Makes a group, and opens it. */
export default function NewGroup({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const form = useId();
  const [, go] = useLocation();
  const [about, setAbout] = useState<About>({ title: "", description: "", purpose: "GENERAL", tags: "" });
  const [people, setPeople] = useState<Pickable[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const [{ fetching }, createGroup] = useMutation(CreateGroup);
  // Asked again after a lost answer, it is the same group.
  const clientId = useRef(crypto.randomUUID());

  const create = async (event: SubmitEvent) => {
    event.preventDefault();
    if (about.title.trim() === "") {
      setProblem({ field: "title", message: t("session.required") });
      return;
    }
    const { data, error } = await createGroup({
      input: {
        clientId: clientId.current,
        title: about.title.trim(),
        description: about.description.trim() || null,
        purpose: about.purpose,
        tags: tagsOf(about.tags),
        participantIds: people.map(({ id }) => id),
      },
    });
    const refused = data?.createGroup?.userErrors[0];
    if (error) setProblem({ field: "", message: errorText(error, t) });
    else if (refused) setProblem({ field: refused.field.at(-1) ?? "", message: refused.message });
    const id = data?.createGroup?.conversation?.id;
    if (id === undefined) return;
    onClose();
    go(`/c/${id}`);
  };
  const isShown = problem && (problem.field === "title" || problem.field === "tags");

  return (
    <Dialog
      title={t("groups.new")}
      onClose={onClose}
      footer={
        <>
          <Button look="plain" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" form={form} isBusy={fetching}>
            {t("groups.create")}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} noValidate onSubmit={(event) => void create(event)}>
        <TitleField about={about} onChange={setAbout} problem={problem} />
        <details className={styles.more}>
          <summary>{t("groups.describe")}</summary>
          <div className={styles.form}>
            <AboutFields about={about} onChange={setAbout} problem={problem} />
          </div>
        </details>
        <fieldset className={styles.people}>
          <legend>{t("groups.members")}</legend>
          <p className={styles.hint}>{t("groups.createHint")}</p>
          <PersonPicker chosen={people} onChange={setPeople} />
        </fieldset>
        <p role="alert" className={styles.problem}>
          {!isShown && problem?.message}
        </p>
      </form>
    </Dialog>
  );
}
