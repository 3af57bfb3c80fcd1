import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { Avatar } from "../design/Avatar";
import { Button } from "../design/Button";
import { TextField } from "../design/TextField";
import { Card } from "./Card";
import { useDemoPeople, type DemoPerson } from "./demo";
import { useForm } from "./form";
import { PasswordField } from "./PasswordField";
import { signIn } from "./signing";
import styles from "./Card.module.css";

/** Where one signs in. */
export function SignIn({ notice }: { notice?: string | undefined }) {
  const { t } = useTranslation();
  const people = useDemoPeople();
  const { form, submit, isBusy, problems } = useForm(({ name = "", password = "" }) => signIn(name, password));

  return (
    <Card
      title={t("session.signIn")}
      lead={t("session.signInLead")}
      foot={
        <>
          {t("session.noAccount")} <Link href="/sign-up">{t("session.signUp")}</Link>
        </>
      }
    >
      {notice !== undefined && (
        <p className={styles.done} role="status">
          {notice}
        </p>
      )}
      <form ref={form} onSubmit={submit} className={styles.form} noValidate>
        {problems.general !== undefined && (
          <p className={styles.problem} role="alert">
            {problems.general}
          </p>
        )}
        <TextField
          name="name"
          label={t("session.name")}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          problem={problems.fields.name}
        />
        <PasswordField
          name="password"
          label={t("session.password")}
          autoComplete="current-password"
          problem={problems.fields.password}
        />
        <Link href="/forgot" className={styles.side}>
          {t("session.forgot")}
        </Link>
        <Button type="submit" isBusy={isBusy}>
          {t("session.signIn")}
        </Button>
      </form>
      {people.length > 0 && <Demo people={people} />}
    </Card>
  );
}

function Demo({ people }: { people: readonly DemoPerson[] }) {
  const { t } = useTranslation();
  const [isBusy, setBusy] = useState(false);
  const enter = async (person: DemoPerson) => {
    setBusy(true);
    await signIn(person.username, person.password);
    setBusy(false);
  };
  return (
    <section className={styles.demo} aria-labelledby="demo">
      <h2 id="demo">{t("session.demoLead")}</h2>
      <ul className={styles.people}>
        {people.map((person) => (
          <li key={person.username}>
            <button type="button" disabled={isBusy} onClick={() => void enter(person)}>
              <Avatar person={{ id: person.username, fullName: person.fullName }} size="s" />
              <span>
                {person.fullName}
                <small>{person.title ?? t(`roles.${person.role as "PATIENT"}`)}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
