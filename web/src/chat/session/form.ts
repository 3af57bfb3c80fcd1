import type { CombinedError } from "@urql/core";
import { useRef, useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "../api/errors";

type UserError = { field: string[]; message: string };
type Outcome = { userErrors: readonly UserError[] } | null | undefined;

/** What a form has to say after it was sent. */
export type Problems = { general?: string; fields: Record<string, string | undefined> };

/**
 * A form that is sent once at a time. `send` answers with what the server said; problems are shown at their fields.
 * Every field has to be filled in but those that are `optional`.
 */
export function useForm(
  send: (values: Record<string, string>) => Promise<{ error?: CombinedError | undefined; outcome: Outcome }>,
  optional: readonly string[] = [],
) {
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [problems, setProblems] = useState<Problems>({ fields: {} });

  const show = (next: Problems) => {
    setProblems(next);
    const first = Object.keys(next.fields)[0];
    const field = first === undefined ? null : form.current?.elements.namedItem(first);
    if (field instanceof HTMLElement) field.focus();
  };

  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = Object.fromEntries(
      [...new FormData(event.currentTarget)].map(([name, value]) => [name, value as string]),
    );
    const empty = Object.keys(values).filter((name) => !optional.includes(name) && values[name]?.trim() === "");
    if (empty.length > 0) {
      show({ fields: Object.fromEntries(empty.map((name) => [name, t("session.required")])) });
      return;
    }
    setBusy(true);
    const { error, outcome } = await send(values);
    setBusy(false);
    if (error) show({ general: errorText(error, t), fields: {} });
    else show(problemsOf(outcome?.userErrors ?? [], Object.keys(values)));
  };

  return { form, submit: (event: SubmitEvent<HTMLFormElement>) => void submit(event), isBusy, problems };
}

function problemsOf(errors: readonly UserError[], names: readonly string[]): Problems {
  const problems: Problems = { fields: {} };
  for (const { field, message } of errors) {
    const name = field.at(-1);
    if (name !== undefined && names.includes(name)) problems.fields[name] ??= message;
    else problems.general ??= message;
  }
  return problems;
}
