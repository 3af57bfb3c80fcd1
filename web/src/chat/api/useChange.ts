import type { OperationResult } from "@urql/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "./errors";
import { say } from "../design/toasts";

type Outcome = { userErrors: readonly { message: string }[] } | null | undefined;

/** Runs one change after the other, says aloud why one failed, and answers whether it was made. */
export function useChange() {
  const { t } = useTranslation();
  const [isBusy, setBusy] = useState(false);

  const change = async <Data>(sent: Promise<OperationResult<Data>>, outcome: (data: Data) => Outcome) => {
    setBusy(true);
    const { data, error } = await sent;
    setBusy(false);
    const problem = error
      ? errorText(error, t)
      : data == null
        ? t("errors.other")
        : outcome(data)?.userErrors[0]?.message;
    if (problem !== undefined) say(problem, { isProblem: true });
    return problem === undefined;
  };
  return { isBusy, change };
}
