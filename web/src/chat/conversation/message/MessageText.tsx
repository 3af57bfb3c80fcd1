import { useMemo } from "react";
import { useViewer } from "../../api/viewer";
import type { Message } from "../fields";
import { useTab } from "./context";
import { pieces } from "./linkify";
import styles from "./MessageText.module.css";

const FEW_EMOJI =
  /^(?:\p{Extended_Pictographic}(?:\u200d|\ufe0f|\p{Emoji_Modifier}|\p{Extended_Pictographic})*\s*){1,3}$/u;

/** What somebody wrote, with its links and the people it names. */
export function MessageText({ text, mentions }: { text: string; mentions: Message["mentions"] }) {
  const viewer = useViewer();
  const tab = useTab();
  const found = useMemo(() => pieces(text, mentions), [text, mentions]);
  return (
    <p className={styles.text} dir="auto" data-large={FEW_EMOJI.test(text) || undefined}>
      {found.map((piece, index) => {
        if (piece.kind === "text") return piece.text;
        if (piece.kind === "link") {
          return (
            <a
              key={index}
              href={piece.href}
              target="_blank"
              rel="noopener noreferrer nofollow"
              referrerPolicy="no-referrer"
              tabIndex={tab}
            >
              {piece.text}
            </a>
          );
        }
        return (
          <mark key={index} className={styles.mention} data-me={piece.userId === viewer.id || undefined}>
            {piece.text}
          </mark>
        );
      })}
    </p>
  );
}
