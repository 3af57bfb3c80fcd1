import type { CombinedError } from "@urql/core";
import { WifiOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { UseQueryExecute } from "urql";
import { errorCode, errorText } from "../api/errors";
import { Button } from "../design/Button";
import { EmptyState } from "../design/EmptyState";

/** Stands where something could not be loaded. */
export function Failed({ error, again }: { error: CombinedError; again: UseQueryExecute }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<WifiOff size={32} />}
      title={t(errorCode(error) === null && error.networkError ? "errors.offlineTitle" : "errors.title")}
      lead={errorText(error, t)}
      action={<Button onClick={() => again({ requestPolicy: "network-only" })}>{t("common.retry")}</Button>}
    />
  );
}
