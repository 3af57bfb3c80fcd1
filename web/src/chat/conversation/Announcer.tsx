import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useViewer } from "../api/viewer";
import { systemText } from "../conversations/preview";
import { useFormats } from "../language/format";
import type { Message } from "./fields";

/** Tells screen readers of messages that come while the conversation is open. */
export function Announcer({ messages, isNewest }: { messages: readonly Message[]; isNewest: boolean }) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const formats = useFormats();
  const newest = isNewest ? messages.at(-1) : undefined;
  const since = useRef<number>(undefined);
  const [text, setText] = useState("");

  useEffect(() => {
    if (!newest) return;
    const before = since.current;
    const at = Date.parse(newest.createdAt);
    since.current = Math.max(at, before ?? at);
    if (before === undefined || at <= before || newest.sender.id === viewer.id) return;
    const words = newest.system
      ? systemText(newest.system, newest.sender.fullName, formats.list, t)
      : t("message.announced", {
          name: newest.sender.fullName,
          text: newest.text || newest.excerpt || t(`kinds.${newest.kind}`),
        });
    setText(newest.isUrgent ? `${t("message.urgent")}. ${words}` : words);
  }, [newest, viewer.id, formats, t]);

  return (
    <div className="visually-hidden" role="log" aria-live="polite">
      <p>{text}</p>
    </div>
  );
}
