import { MailCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { Button } from "../design/Button";
import { EmptyState } from "../design/EmptyState";
import { Segmented } from "../design/Segmented";
import { TextField } from "../design/TextField";
import { Card } from "./Card";
import { useForm, type Problems } from "./form";
import { PasswordField } from "./PasswordField";
import { signUp } from "./signing";
import styles from "./Card.module.css";

const ROLES = ["PATIENT", "CLINICIAN", "STUDENT"] as const;

type Role = (typeof ROLES)[number];

/** Where one makes an account. */
export function SignUp() {
  const { t, i18n } = useTranslation();
  const [role, setRole] = useState<Role>("PATIENT");
  const [mailedTo, setMailedTo] = useState<string>();
  const { form, submit, isBusy, problems } = useForm(async (values) => {
    const { fullName = "", username = "", email = "", password = "" } = values;
    const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const language = i18n.language === "fr" ? "FR" : "EN";
    const answer = await signUp({ fullName, username, email, password, role, timeZone, language });
    if (answer.outcome?.isMailed) setMailedTo(email);
    return answer;
  });
  const back = <Link href="/">{t("session.backToSignIn")}</Link>;

  if (mailedTo !== undefined) {
    return (
      <Card title={t("session.signUp")} foot={back}>
        <EmptyState
          icon={<MailCheck size={32} />}
          title={t("session.mailed")}
          lead={t("session.mailedSignUp", { email: mailedTo })}
        />
      </Card>
    );
  }
  return (
    <Card
      title={t("session.signUp")}
      lead={t("session.signUpLead")}
      foot={
        <>
          {t("session.haveAccount")} <Link href="/">{t("session.signIn")}</Link>
        </>
      }
    >
      <form ref={form} onSubmit={submit} className={styles.form} noValidate>
        {problems.general !== undefined && (
          <p className={styles.problem} role="alert">
            {problems.general}
          </p>
        )}
        <RoleChoice role={role} onChoose={setRole} />
        <Fields problems={problems.fields} />
        <Button type="submit" isBusy={isBusy}>
          {t("session.create")}
        </Button>
      </form>
    </Card>
  );
}

function RoleChoice({ role, onChoose }: { role: Role; onChoose: (role: Role) => void }) {
  const { t } = useTranslation();
  return (
    <div>
      <Segmented
        label={t("session.role")}
        value={role}
        onChoose={onChoose}
        choices={ROLES.map((each) => [each, t(`roles.${each}`)])}
      />
      {role === "CLINICIAN" && <p className={styles.hint}>{t("session.roleHint")}</p>}
    </div>
  );
}

function Fields({ problems }: { problems: Problems["fields"] }) {
  const { t } = useTranslation();
  const field = (name: "fullName" | "username" | "email" | "password") => ({
    name,
    label: t(`session.${name}`),
    problem: problems[name],
  });
  return (
    <>
      <TextField {...field("fullName")} autoComplete="name" maxLength={100} />
      <TextField
        {...field("username")}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={32}
        hint={t("session.usernameHint")}
      />
      <TextField {...field("email")} type="email" autoComplete="email" maxLength={254} />
      <PasswordField {...field("password")} autoComplete="new-password" hint={t("session.passwordHint")} />
    </>
  );
}
