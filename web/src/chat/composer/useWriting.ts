import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { say } from "../design/toasts";
import { changeDraft, useDraft } from "../unsent/drafts";
import { refused, useAttachments, upload } from "../unsent/files";
import type { CardInput, Quote } from "../unsent/kept";
import { enqueue } from "../unsent/outbox";
import { useConnection } from "../api/socket";
import { LONGEST, lengthOf } from "./length";

const DAY = 24 * 3600_000;
const STAYS = { day: DAY, week: 7 * DAY, month: 30 * DAY };

/** What is being written in a conversation, and the way out of it. */
export function useWriting(conversationId: string, answered: Quote | null, onCancelReply?: () => void) {
  const { t } = useTranslation();
  const draft = useDraft(conversationId);
  const files = useAttachments(draft.files);
  const isLive = useConnection() === "live";
  const replyTo = answered ?? draft.replyTo;
  // Counting is for long texts only; a text never has more characters than units.
  const length = draft.text.length > LONGEST / 2 ? lengthOf(draft.text) : draft.text.trim().length;
  const left = LONGEST - length;
  const isEmpty = draft.text.trim() === "" && files.every((file) => file.refusal !== null);

  useEffect(() => {
    if (answered && answered.id !== draft.replyTo?.id) changeDraft(conversationId, { replyTo: answered });
  }, [conversationId, answered, draft.replyTo]);

  // Files go ahead while the text is written, so that a refusal is known before it is sent.
  const ahead = files.filter((file) => !file.isUploaded && file.refusal === null && file.progress === null);
  const waiting = ahead.map((file) => file.id).join();
  useEffect(() => {
    if (isLive && waiting !== "") for (const id of waiting.split(",")) void upload(id);
  }, [isLive, waiting]);

  const cancelReply = () => {
    changeDraft(conversationId, { replyTo: null });
    onCancelReply?.();
  };
  const put = async (card: CardInput | null) => {
    const { text, isUrgent, expiresAfter } = draft;
    const kept = refused(draft.files);
    const words = card ? {} : { text: "", files: kept };
    const before = { text, files: draft.files, isUrgent, expiresAfter, replyTo };
    // At once, so that a second press finds nothing to send.
    changeDraft(conversationId, { ...words, isUrgent: false, expiresAfter: null, replyTo: null });
    onCancelReply?.();
    await enqueue({
      ...{ conversationId, isUrgent, replyTo, card },
      text: card ? "" : text.trim(),
      files: card ? [] : draft.files.filter((id) => !kept.includes(id)),
      expiresAt: expiresAfter === null ? null : new Date(Date.now() + STAYS[expiresAfter]).toISOString(),
    }).catch(() => {
      changeDraft(conversationId, before);
      say(t("composer.noRoom"), { isProblem: true });
    });
  };
  const send = () => {
    if (!isEmpty && left >= 0) void put(null);
  };
  return { draft, files, replyTo, left, isEmpty, cancelReply, send, sendCard: (card: CardInput) => void put(card) };
}
