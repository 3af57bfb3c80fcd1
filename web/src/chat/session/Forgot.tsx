import { MailCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { anonymous } from "../api/anonymous";
import { Button } from "../design/Button";
import { EmptyState } from "../design/EmptyState";
import { TextField } from "../design/TextField";
import { Card } from "./Card";
import { useForm } from "./form";
import { RequestPasswordReset } from "./operations";
import styles from "./Card.module.css";

/** Where one asks for the mail that leads to a new password. */
export function Forgot() {
  const { t } = useTranslation();
  const [mailedTo, setMailedTo] = useState<string>();
  const { form, submit, isBusy, problems } = useForm(async ({ email = "" }) => {
    const { data, error } = await anonymous.mutation(RequestPasswordReset, { input: { email } }).toPromise();
    const outcome = data?.requestPasswordReset;
    if (outcome?.userErrors.length === 0) setMailedTo(email);
    return { error, outcome };
  });
  const back = <Link href="/">{t("session.backToSignIn")}</Link>;

  return (
    <Card title={t("session.forgotTitle")} foot={back}>
      {mailedTo !== undefined ? (
        <EmptyState
          icon={<MailCheck size={32} />}
          title={t("session.mailed")}
          lead={t("session.mailedReset", { email: mailedTo })}
        />
      ) : (
        <form ref={form} onSubmit={submit} className={styles.form} noValidate>
          <p>{t("session.forgotLead")}</p>
          {problems.general !== undefined && (
            <p className={styles.problem} role="alert">
              {problems.general}
            </p>
          )}
          <TextField
            name="email"
            type="email"
            label={t("session.email")}
            autoComplete="email"
            problem={problems.fields.email}
          />
          <Button type="submit" isBusy={isBusy}>
            {t("session.sendLink")}
          </Button>
        </form>
      )}
    </Card>
  );
}
