import type { CombinedError } from "@urql/core";
import type { TFunction } from "i18next";

const CODES = [
  "ACCESS_ENDED",
  "BAD_USER_INPUT",
  "CONFLICT",
  "FORBIDDEN",
  "NOT_FOUND",
  "PAYLOAD_TOO_LARGE",
  "RATE_LIMITED",
  "SESSION_REVOKED",
  "TIMEOUT",
  "UNAVAILABLE",
] as const;

/** Why a request was refused, as the server puts it for programs; null when it never got an answer. */
export function errorCode(error: CombinedError): string | null {
  const code = error.graphQLErrors[0]?.extensions.code;
  return typeof code === "string" ? code : null;
}

/** What went wrong and what to do, in plain words. */
export function errorText(error: CombinedError, t: TFunction): string {
  const code = errorCode(error);
  if (code === null) return error.networkError ? t("errors.offline") : t("errors.other");
  const known = CODES.find((each) => each === code);
  return known ? t(`errors.${known}`) : t("errors.other");
}
