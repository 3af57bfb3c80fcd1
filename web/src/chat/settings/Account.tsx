import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { Link } from "wouter";
import { useViewer } from "../api/viewer";
import { Button } from "../design/Button";
import { say } from "../design/toasts";
import { useForm } from "../session/form";
import { PasswordField } from "../session/PasswordField";
import { rememberDevice } from "../session/store";
import { Card } from "./Card";
import { ChangePassword } from "./operations";
import styles from "./Card.module.css";

/** By what the viewer signs in. */
export function Account() {
  const { t } = useTranslation();
  const { user } = useViewer();
  const [changes, setChanges] = useState(0);
  return (
    <div>
      <Card title={t("settings.account.signIn")}>
        <dl className={styles.facts}>
          <dt>{t("session.email")}</dt>
          <dd>{user.email}</dd>
          <dt>{t("session.username")}</dt>
          <dd>
            {user.username} · <Link href="/settings/profile">{t("settings.account.change")}</Link>
          </dd>
          <dt>{t("settings.account.role")}</dt>
          <dd>{t(`roles.${user.role}`)}</dd>
        </dl>
      </Card>
      <Card title={t("settings.account.password")} lead={t("settings.account.passwordLead")}>
        <Password key={changes} names={[user.username, user.email ?? ""]} onChanged={() => setChanges(changes + 1)} />
      </Card>
    </div>
  );
}

function Password({ names, onChanged }: { names: string[]; onChanged: () => void }) {
  const { t } = useTranslation();
  const [, changePassword] = useMutation(ChangePassword);
  const { form, submit, isBusy, problems } = useForm(async (values) => {
    const { oldPassword = "", newPassword = "" } = values;
    const { data, error } = await changePassword({ input: { oldPassword, newPassword } });
    const outcome = data?.changePassword;
    if (outcome?.userErrors.length === 0) {
      for (const name of names) rememberDevice(name, outcome.deviceToken);
      say(t("settings.account.passwordChanged"));
      onChanged();
    }
    return { error, outcome };
  });

  return (
    <form ref={form} onSubmit={submit} noValidate>
      {problems.general !== undefined && (
        <p className={styles.problem} role="alert">
          {problems.general}
        </p>
      )}
      {/* For password managers, which keep a password with a name. */}
      <input type="text" autoComplete="username" value={names[0]} readOnly hidden />
      <PasswordField
        name="oldPassword"
        label={t("settings.account.oldPassword")}
        autoComplete="current-password"
        problem={problems.fields.oldPassword}
      />
      <PasswordField
        name="newPassword"
        label={t("session.newPassword")}
        autoComplete="new-password"
        hint={t("session.passwordHint")}
        problem={problems.fields.newPassword}
      />
      <div className={styles.buttons}>
        <Button type="submit" isBusy={isBusy}>
          {t("settings.account.changePassword")}
        </Button>
      </div>
    </form>
  );
}
