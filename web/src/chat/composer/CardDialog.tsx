import { useId, useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { LongField } from "../design/LongField";
import { Segmented } from "../design/Segmented";
import { TextField } from "../design/TextField";
import type { CardInput } from "../unsent/kept";
import { cardOf, type CardProblems, type CardValues } from "./card";
import styles from "./CardDialog.module.css";

/** What a card tells of. */
export type CardKind = "appointment" | "prescription" | "case";

type Props = { kind: CardKind; onClose: () => void; onSend: (card: CardInput) => void };

const BLANK: CardValues = {
  ...{ startsAt: "", endsAt: "", place: "", link: "", status: "PROPOSED" },
  ...{ medication: "", dose: "", instructions: "", summary: "", findings: "" },
};

/** Fills in an appointment, a prescription or a case, and sends it. */
export default function CardDialog({ kind, onClose, onSend }: Props) {
  const { t } = useTranslation();
  const form = useId();
  const [values, setValues] = useState(BLANK);
  const [problems, setProblems] = useState<CardProblems>({});

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const made = cardOf(kind, values);
    if ("card" in made) {
      onSend(made.card);
      onClose();
    } else setProblems(made.problems);
  };
  const bind = (name: keyof CardValues, most: number) => {
    const problem = problems[name];
    return {
      ...{ name, maxLength: most, value: values[name] },
      problem: problem && t(`cards.problem.${problem}`),
      onChange: (event: { target: { value: string } }) => {
        setValues({ ...values, [name]: event.target.value });
        setProblems({ ...problems, [name]: undefined });
      },
    };
  };
  return (
    <Dialog
      title={t(`cards.${kind}.title`)}
      onClose={onClose}
      footer={
        <>
          <Button look="plain" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" form={form}>
            {t("conversation.send")}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={submit} noValidate>
        {kind === "appointment" && (
          <>
            <TextField label={t("cards.startsAt")} type="datetime-local" required {...bind("startsAt", 40)} />
            <TextField label={t("cards.endsAt")} type="datetime-local" {...bind("endsAt", 40)} />
            <TextField label={t("cards.place")} {...bind("place", 200)} />
            <TextField label={t("cards.link")} hint={t("cards.linkHint")} type="url" {...bind("link", 500)} />
            <Segmented
              label={t("cards.status")}
              value={values.status}
              onChoose={(status) => setValues({ ...values, status })}
              choices={[
                ["PROPOSED", t("cards.statuses.PROPOSED")],
                ["CONFIRMED", t("cards.statuses.CONFIRMED")],
                ["CANCELLED", t("cards.statuses.CANCELLED")],
              ]}
            />
          </>
        )}
        {kind === "prescription" && (
          <>
            <TextField label={t("cards.medication")} required {...bind("medication", 200)} />
            <TextField label={t("cards.dose")} hint={t("cards.doseHint")} required {...bind("dose", 200)} />
            <LongField label={t("cards.instructions")} {...bind("instructions", 2000)} />
          </>
        )}
        {kind === "case" && (
          <>
            <LongField label={t("cards.summary")} hint={t("cards.summaryHint")} required {...bind("summary", 2000)} />
            <LongField label={t("cards.findings")} {...bind("findings", 5000)} />
          </>
        )}
      </form>
    </Dialog>
  );
}
