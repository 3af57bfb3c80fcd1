import type { TypedDocumentNode } from "@urql/core";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useClient } from "urql";
import { say } from "../design/toasts";
import { errorText } from "./errors";

/** What every change answers. */
export type Payload = { userErrors: readonly { message: string }[] } | null;

function sayProblem(problem: string): void {
  say(problem, { isProblem: true });
}

/**
 * Runs a change of one field, and shows why when it is refused. Its answer is null then. A dialog gives its own `show`,
 * because what is said lies under it.
 */
export function useAct(show: (problem: string) => void = sayProblem) {
  const client = useClient();
  const { t } = useTranslation();
  return useCallback(
    async <Data extends Record<string, Payload>, Variables extends Record<string, unknown>>(
      change: TypedDocumentNode<Data, Variables>,
      variables: Variables,
    ): Promise<Data | null> => {
      const { data, error } = await client.mutation(change, variables).toPromise();
      const problem = error ? errorText(error, t) : data && Object.values(data)[0]?.userErrors[0]?.message;
      if (problem == null && data) return data;
      show(problem ?? t("errors.other"));
      return null;
    },
    [client, show, t],
  );
}
