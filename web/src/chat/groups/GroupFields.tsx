import { useId } from "react";
import { useTranslation } from "react-i18next";
import { SelectField } from "../design/SelectField";
import { TextField } from "../design/TextField";
import { PURPOSES, type About } from "./form";
import styles from "./Group.module.css";

/** What was wrong, and in which field of the input; an empty name is about the whole. */
export type Problem = { field: string; message: string };

type Props = {
  about: About;
  onChange: (about: About) => void;
  problem: Problem | undefined;
};

/** The name of a group. */
export function TitleField({ about, onChange, problem }: Props) {
  const { t } = useTranslation();
  return (
    <TextField
      label={t("groups.name")}
      required
      maxLength={200}
      dir="auto"
      autoComplete="off"
      problem={problem?.field === "title" ? problem.message : undefined}
      value={about.title}
      onChange={(event) => onChange({ ...about, title: event.target.value })}
    />
  );
}

/** What else is said about a conversation. */
export function AboutFields({ about, onChange, problem }: Props) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <>
      <div className={styles.field}>
        <label htmlFor={`${id}-description`}>{t("groups.description")}</label>
        <textarea
          id={`${id}-description`}
          rows={2}
          maxLength={1000}
          dir="auto"
          value={about.description}
          onChange={(event) => onChange({ ...about, description: event.target.value })}
        />
      </div>
      <div className={styles.field}>
        <span aria-hidden className={styles.label}>
          {t("groups.purpose")}
        </span>
        <SelectField
          label={t("groups.purpose")}
          value={about.purpose}
          onChoose={(purpose) => onChange({ ...about, purpose: purpose ?? "GENERAL" })}
          choices={PURPOSES.map((purpose) => [purpose, t(`groups.purposes.${purpose}`)])}
        />
      </div>
      <TextField
        label={t("groups.tags")}
        hint={t("groups.tagsHint")}
        problem={problem?.field === "tags" ? problem.message : undefined}
        dir="auto"
        autoComplete="off"
        value={about.tags}
        onChange={(event) => onChange({ ...about, tags: event.target.value })}
      />
    </>
  );
}
