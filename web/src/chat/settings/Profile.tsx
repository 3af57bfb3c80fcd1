import { useTranslation } from "react-i18next";
import { useMutation, useQuery } from "urql";
import type { ResultOf } from "../api/graphql";
import { Button } from "../design/Button";
import { SkeletonList } from "../design/Skeleton";
import { TextArea } from "../design/TextArea";
import { TextField } from "../design/TextField";
import { say } from "../design/toasts";
import { useForm } from "../session/form";
import { Card } from "./Card";
import { Failed } from "../shell/Failed";
import * as operations from "./operations";
import { Picture } from "./Picture";
import styles from "./Card.module.css";

type User = NonNullable<ResultOf<typeof operations.Profile>["viewer"]>["user"];

const OPTIONAL = ["title", "specialization", "institution", "bio"] as const;

/** What the viewer shows of themselves. */
export function Profile() {
  const { t } = useTranslation();
  const [{ data, error }, again] = useQuery({ query: operations.Profile });
  if (data?.viewer) {
    return (
      <div>
        <Card title={t("settings.profile.picture")} lead={t("settings.profile.pictureLead")}>
          <Picture person={data.viewer.user} />
        </Card>
        <Card title={t("settings.profile.words")}>
          <Words user={data.viewer.user} />
        </Card>
      </div>
    );
  }
  return error ? <Failed error={error} again={again} /> : <SkeletonList count={4} label={t("common.loading")} />;
}

function Words({ user }: { user: User }) {
  const { t } = useTranslation();
  const [, update] = useMutation(operations.UpdateProfile);
  const { form, submit, isBusy, problems } = useForm(async (values) => {
    const { fullName = "", username = "" } = values;
    const others = Object.fromEntries(OPTIONAL.map((name) => [name, written(values[name])]));
    const { data, error } = await update({ input: { fullName, username, ...others } });
    if (data?.updateProfile?.userErrors.length === 0) say(t("settings.saved"));
    return { error, outcome: data?.updateProfile };
  }, OPTIONAL);
  const field = (name: "fullName" | "username" | (typeof OPTIONAL)[number]) => ({
    name,
    label: t(`settings.profile.${name}`),
    defaultValue: user[name] ?? "",
    problem: problems.fields[name],
  });
  const checked = user.isVerified ? t("settings.profile.checkedHint") : undefined;

  return (
    <form ref={form} onSubmit={submit} noValidate>
      {problems.general !== undefined && (
        <p className={styles.problem} role="alert">
          {problems.general}
        </p>
      )}
      {checked !== undefined && <p className={styles.note}>{checked}</p>}
      <TextField {...field("fullName")} autoComplete="name" maxLength={100} dir="auto" />
      <TextField
        {...field("username")}
        hint={t("session.usernameHint")}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={32}
      />
      <TextField {...field("title")} hint={t("settings.profile.titleHint")} maxLength={100} dir="auto" />
      <TextField {...field("specialization")} maxLength={100} dir="auto" />
      <TextField {...field("institution")} autoComplete="organization" maxLength={200} dir="auto" />
      <TextArea {...field("bio")} hint={t("settings.profile.bioHint")} maxLength={1000} rows={4} />
      <div className={styles.buttons}>
        <Button type="submit" isBusy={isBusy}>
          {t("settings.save")}
        </Button>
      </div>
    </form>
  );
}

/** A field that was left empty says nothing. */
function written(value: string | undefined): string | null {
  const text = value?.trim() ?? "";
  return text === "" ? null : text;
}
