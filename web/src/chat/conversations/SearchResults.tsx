import { SearchX } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { errorText } from "../api/errors";
import { Button } from "../design/Button";
import { EmptyState } from "../design/EmptyState";
import { SkeletonList } from "../design/Skeleton";
import { useLater } from "../design/useLater";
import { useFormats } from "../language/format";
import { ConversationRow } from "./ConversationRow";
import { pieces } from "./excerpt";
import type { Filter } from "./filter";
import { nameOf } from "./preview";
import type { Row } from "./row";
import { useConversations } from "./useConversations";
import { useMessageSearch } from "./useMessageSearch";
import styles from "./ConversationList.module.css";

const EVERYWHERE: Filter = {};
const SHORTEST = 2;

/** Letters as one looks for them: without accents and case. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

function isNamed(row: Row, words: readonly string[]): boolean {
  const name = plain([nameOf(row), row.partner?.fullName, row.partner?.username, ...row.tags].join(" "));
  return words.every((word) => name.split(/\s+/).some((each) => each.startsWith(word)));
}

/** The conversations and the messages that have these words. */
export default function SearchResults({ query, openId }: { query: string; openId: string | null }) {
  const { t } = useTranslation();
  const words = useLater(query.trim());
  const { rows, more } = useConversations(EVERYWHERE);
  // Names are looked for here, so all conversations have to be here.
  useEffect(() => more?.(), [more]);

  if (words.length < SHORTEST) return <p className={styles.note}>{t("search.short")}</p>;
  const asked = plain(words).split(/\s+/);
  const named = rows?.filter((row) => isNamed(row, asked)) ?? [];
  return (
    <>
      {named.length > 0 && (
        <section aria-labelledby="found-conversations">
          <h2 id="found-conversations" className={styles.part}>
            {t("search.conversations")}
          </h2>
          <ul>
            {named.map((row) => (
              <li key={row.id}>
                <ConversationRow row={row} isOpen={row.id === openId} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <FoundMessages key={words} query={words} isAlone={named.length === 0} />
    </>
  );
}

function FoundMessages({ query, isAlone }: { query: string; isAlone: boolean }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { nodes, endCursor, searchedUntil, error, isSearching, further } = useMessageSearch(query);
  const isNothing = nodes.length === 0 && !isSearching;

  return (
    <section aria-labelledby="found-messages">
      <h2 id="found-messages" className={isNothing && isAlone ? "visually-hidden" : styles.part}>
        {t("search.messages")}
      </h2>
      <ul>
        {nodes.map((found) => (
          <li key={found.message.id}>
            <FoundMessage found={found} />
          </li>
        ))}
      </ul>
      {isSearching && <SkeletonList count={3} label={t("common.loading")} />}
      {error && (
        <p className={styles.note} role="alert">
          {errorText(error, t)}
        </p>
      )}
      {isNothing && !error && endCursor === null && isAlone && (
        <EmptyState
          icon={<SearchX size={32} />}
          title={t("search.nothing", { query })}
          lead={t("search.nothingLead")}
        />
      )}
      {!isSearching && !error && (
        <p className={isNothing && isAlone ? "visually-hidden" : styles.note} role="status">
          {isNothing ? t("search.noMessages") : t("search.found", { count: nodes.length })}
          {endCursor !== null && searchedUntil !== null && (
            <> · {t("search.until", { date: formats.date(searchedUntil) })}</>
          )}
        </p>
      )}
      {endCursor !== null && !isSearching && (
        <Button look="plain" className={styles.further} onClick={further}>
          {t("search.older")}
        </Button>
      )}
    </section>
  );
}

type Found = ReturnType<typeof useMessageSearch>["nodes"][number];

function FoundMessage({ found: { message, highlights } }: { found: Found }) {
  const formats = useFormats();
  const { conversation } = message;
  if (!conversation) return null;
  const text = highlights.length > 0 ? message.text : message.excerpt;
  return (
    <Link href={`/c/${conversation.id}?at=${message.id}`} className={styles.found} data-item>
      <span className={styles.foundHead}>
        <span dir="auto">{nameOf(conversation)}</span>
        <time dateTime={message.createdAt}>{formats.brief(message.createdAt)}</time>
      </span>
      <span className={styles.foundText} dir="auto">
        {conversation.kind === "GROUP" && `${message.sender.fullName}: `}
        {pieces(text, highlights).map((piece, index) =>
          piece.isFound ? <mark key={index}>{piece.text}</mark> : piece.text,
        )}
      </span>
    </Link>
  );
}
