import { stringifyDocument } from "@urql/core";
import i18next from "i18next";
import { graphql, type ResultOf } from "../api/graphql";
import { freshToken, renew } from "../session/renewal";
import type { KeptFile } from "./kept";

const UploadAttachment = graphql(`
  mutation UploadAttachment($input: UploadAttachmentInput!) {
    uploadAttachment(input: $input) {
      attachment {
        id
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);

type Answer = {
  data?: ResultOf<typeof UploadAttachment> | null;
  errors?: { extensions?: { code?: string } }[];
};

/**
 * What the server said to a file: its id, or why it does not take it; "gone" when it took it once and has removed it
 * since; "later" when it could not be asked.
 */
export type FileAnswer = { attachmentId: string } | { refusal: string } | "gone" | "later";

type Options = { signal: AbortSignal; onProgress: (part: number) => void };

const NOT_SIGNED_IN = new Set(["UNAUTHENTICATED", "TOKEN_EXPIRED"]);
/** A little longer than the server waits. */
const PATIENCE = 150_000;

/** Sends a file, with a new token when the old one has ended. */
export async function sendFile(file: KeptFile, options: Options): Promise<FileAnswer> {
  const first = await ask(file, await freshToken(), options);
  const answer = NOT_SIGNED_IN.has(codeOf(first) ?? "")
    ? await ask(file, (await renew().catch(() => null))?.accessToken, options)
    : first;
  return read(answer);
}

function codeOf(answer: Answer | "later"): string | undefined {
  return answer === "later" ? undefined : answer.errors?.[0]?.extensions?.code;
}

function read(answer: Answer | "later"): FileAnswer {
  if (answer === "later") return "later";
  const payload = answer.data?.uploadAttachment;
  if (payload) {
    const refusal = payload.userErrors[0]?.message;
    if (refusal !== undefined) return { refusal };
    return payload.attachment ? { attachmentId: payload.attachment.id } : "gone";
  }
  const code = codeOf(answer);
  if (code === "PAYLOAD_TOO_LARGE" || code === "BAD_USER_INPUT") return { refusal: i18next.t(`errors.${code}`) };
  // The name of the upload was used for another file.
  return code === "CONFLICT" ? "gone" : "later";
}

/** A multipart request as GraphQL has it; `fetch` cannot tell how much was sent. */
function ask(file: KeptFile, token: string | undefined, { signal, onProgress }: Options): Promise<Answer | "later"> {
  const input = { clientId: file.uploadId, file: null, durationMs: file.durationMs };
  const form = new FormData();
  form.set("operations", JSON.stringify({ query: stringifyDocument(UploadAttachment), variables: { input } }));
  form.set("map", JSON.stringify({ file: ["variables.input.file"] }));
  form.set("file", file.content, file.name);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    const end = (answer: Answer | "later") => {
      signal.removeEventListener("abort", abort);
      removeEventListener("offline", abort);
      resolve(answer);
    };
    request.upload.onprogress = (event) => onProgress(event.total > 0 ? event.loaded / event.total : 0);
    request.onload = () => end(parse(request.responseText));
    request.onerror = request.ontimeout = request.onabort = () => end("later");
    request.timeout = PATIENCE;
    request.open("POST", "/graphql");
    request.setRequestHeader("Authorization", `Bearer ${token ?? ""}`);
    request.setRequestHeader("Accept", "application/graphql-response+json, application/json");
    signal.addEventListener("abort", abort);
    addEventListener("offline", abort);
    request.send(form);
  });
}

function parse(text: string): Answer | "later" {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    // Something between this page and the server answered in its place.
    return "later";
  }
}
