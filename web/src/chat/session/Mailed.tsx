import { useTranslation } from "react-i18next";
import { anonymous } from "../api/anonymous";
import { Button } from "../design/Button";
import { Card } from "./Card";
import { useForm } from "./form";
import type { MailedLink } from "./mailedLink";
import { ResetPassword } from "./operations";
import { PasswordField } from "./PasswordField";
import { confirmEmail } from "./signing";
import styles from "./Card.module.css";

type Props = { link: MailedLink; onDone: (notice?: string) => void };

/** Where a mailed link leads: a new password, or the confirming of a mail address. */
export function Mailed({ link, onDone }: Props) {
  const { t } = useTranslation();
  const isReset = link.purpose === "reset";
  const field = isReset ? "newPassword" : "password";
  const { form, submit, isBusy, problems } = useForm(async (values) => {
    const password = values[field] ?? "";
    if (!isReset) {
      const answer = await confirmEmail(link.token, password);
      if (answer.outcome?.tokens) onDone();
      return answer;
    }
    const input = { token: link.token, newPassword: password };
    const { data, error } = await anonymous.mutation(ResetPassword, { input }).toPromise();
    const outcome = data?.resetPassword;
    if (outcome?.userErrors.length === 0) onDone(t("session.resetDone"));
    return { error, outcome };
  });
  const problem = problems.fields[field] ?? problems.general;

  return (
    <Card
      title={t(isReset ? "session.resetTitle" : "session.confirmTitle")}
      lead={t(isReset ? "session.resetLead" : "session.confirmLead")}
      foot={
        <Button look="plain" onClick={() => onDone()}>
          {t("session.backToSignIn")}
        </Button>
      }
    >
      <form ref={form} onSubmit={submit} className={styles.form} noValidate>
        <PasswordField
          name={field}
          label={t(isReset ? "session.newPassword" : "session.password")}
          autoComplete={isReset ? "new-password" : "current-password"}
          {...(isReset && { hint: t("session.passwordHint") })}
          problem={problem}
        />
        <Button type="submit" isBusy={isBusy}>
          {t(isReset ? "session.savePassword" : "session.confirm")}
        </Button>
      </form>
    </Card>
  );
}
