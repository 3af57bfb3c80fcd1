import { X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "../api/errors";
import { pieces } from "../conversations/excerpt";
import { useMessageSearch } from "../conversations/useMessageSearch";
import { Button } from "../design/Button";
import { IconButton } from "../design/IconButton";
import { SearchField } from "../design/SearchField";
import { Spinner } from "../design/Spinner";
import { useLater } from "../design/useLater";
import { useFormats } from "../language/format";
import styles from "./SearchPanel.module.css";

type Props = { conversationId: string; onJump: (messageId: string) => void; onClose: () => void };

/** Looks for words in this conversation. Escape empties the field, and then closes it. */
export default function SearchPanel({ conversationId, onJump, onClose }: Props) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState("");
  const query = useLater(words.trim());
  useEffect(() => field.current?.focus(), []);

  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className={styles.panel}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <div className={styles.row}>
        <SearchField ref={field} label={t("searchHere.words")} value={words} onChange={setWords} />
        <IconButton label={t("searchHere.close")} icon={<X size={20} aria-hidden />} onClick={onClose} />
      </div>
      {query !== "" && <Results key={query} query={query} conversationId={conversationId} onJump={onJump} />}
    </div>
  );
}

type ResultsProps = { query: string; conversationId: string; onJump: (messageId: string) => void };

/** What was found, newest first; a long history is searched step by step. */
function Results({ query, conversationId, onJump }: ResultsProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { nodes, endCursor, searchedUntil, error, isSearching, further } = useMessageSearch(query, conversationId);
  return (
    <div className={styles.results}>
      <ul>
        {nodes.map(({ message, highlights }) => (
          <li key={message.id}>
            <button type="button" className={styles.found} onClick={() => onJump(message.id)}>
              <span className={styles.who}>
                <bdi>{message.sender.fullName}</bdi>
                <time dateTime={message.createdAt}>{formats.brief(message.createdAt)}</time>
              </span>
              <span className={styles.text} dir="auto">
                {pieces(highlights.length > 0 ? message.text : message.excerpt, highlights).map((piece, index) =>
                  piece.isFound ? <mark key={index}>{piece.text}</mark> : piece.text,
                )}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <div className={styles.note} role="status">
        {error ? (
          errorText(error, t)
        ) : isSearching ? (
          <Spinner />
        ) : nodes.length === 0 && endCursor === null ? (
          t("searchHere.none")
        ) : (
          endCursor !== null && searchedUntil !== null && t("searchHere.until", { time: formats.brief(searchedUntil) })
        )}
      </div>
      {endCursor !== null && !isSearching && (
        <Button look="plain" onClick={further}>
          {t("searchHere.on")}
        </Button>
      )}
    </div>
  );
}
