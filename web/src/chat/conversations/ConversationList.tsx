import { MessageCircle, SquarePen, TriangleAlert } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "../api/errors";
import { moveByArrows } from "../design/arrowKeys";
import { Button } from "../design/Button";
import { EmptyState } from "../design/EmptyState";
import { IconButton } from "../design/IconButton";
import { OnSight } from "../design/OnSight";
import { SearchField } from "../design/SearchField";
import { SkeletonList } from "../design/Skeleton";
import { Tabs } from "../design/Tabs";
import { usePresence } from "../people/presence";
import { ConversationRow } from "./ConversationRow";
import type { Filter } from "./filter";
import { useConversations } from "./useConversations";
import { isView, VIEWS } from "./views";
import styles from "./ConversationList.module.css";

const SearchResults = lazy(() => import("./SearchResults"));
const StartConversation = lazy(() => import("./StartConversation"));

/** The viewer's conversations: to find, to filter, to start. */
export function ConversationList({ openId }: { openId: string | null }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const [isStarting, setStarting] = useState(false);
  const pane = useRef<HTMLDivElement>(null);
  useSearchKey(pane);
  useFocusOfClosed(pane, openId);

  return (
    // Arrow keys are a shortcut among links that Tab reaches as well.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div ref={pane} className={styles.pane} onKeyDown={moveByArrows}>
      <header className={styles.head}>
        <h1>{t("conversations.title")}</h1>
        <IconButton
          label={t("conversations.start")}
          icon={<SquarePen size={20} aria-hidden />}
          onClick={() => setStarting(true)}
        />
      </header>
      <div className={styles.search}>
        <SearchField label={t("conversations.searchLabel")} value={query} onChange={setQuery} keys="Control+K Meta+K" />
      </div>
      {query.trim() === "" ? (
        <Views openId={openId} onStart={() => setStarting(true)} />
      ) : (
        <div className={styles.scroll}>
          <Suspense fallback={<SkeletonList label={t("common.loading")} />}>
            <SearchResults query={query} openId={openId} />
          </Suspense>
        </div>
      )}
      {isStarting && (
        <Suspense fallback={null}>
          <StartConversation onClose={() => setStarting(false)} />
        </Suspense>
      )}
    </div>
  );
}

function Views({ openId, onStart }: { openId: string | null; onStart: () => void }) {
  const { t } = useTranslation();
  const [view, setView] = useState("all");
  const [tagged, setTagged] = useState<Filter>({});
  const filter = isView(view) ? VIEWS[view] : tagged;
  const tags = useTags();
  const choose = (next: string) => {
    setView(next);
    if (!isView(next)) setTagged({ archivedForMe: false, tag: next.slice(1) });
  };
  const tabs = [
    ...Object.keys(VIEWS).map((key) => ({ value: key, label: t(`conversations.filter.${key as keyof typeof VIEWS}`) })),
    ...tags.map((tag) => ({ value: `#${tag}`, label: `#${tag}` })),
  ];
  return (
    <Tabs label={t("conversations.filters")} value={view} onChange={choose} tabs={tabs}>
      <div className={styles.scroll}>
        <Rows key={view} view={view} filter={filter} openId={openId} onStart={onStart} />
      </div>
    </Tabs>
  );
}

/** The tags of the conversations that are known, the most frequent first. */
function useTags(): string[] {
  const { rows } = useConversations(VIEWS.all);
  const counts = new Map<string, number>();
  for (const tag of rows?.flatMap((row) => row.tags) ?? []) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0)).slice(0, 12);
}

type RowsProps = { view: string; filter: Filter; openId: string | null; onStart: () => void };

function Rows({ view, filter, openId, onStart }: RowsProps) {
  const { t } = useTranslation();
  const { rows, error, more, retry } = useConversations(filter);
  usePresence(rows?.flatMap((row) => row.partner?.id ?? []) ?? []);

  if (!rows && error) {
    return (
      <EmptyState
        icon={<TriangleAlert size={32} />}
        title={t("conversations.loadFailed")}
        lead={errorText(error, t)}
        action={<Button onClick={retry}>{t("common.retry")}</Button>}
      />
    );
  }
  if (!rows) return <SkeletonList label={t("common.loading")} />;
  if (rows.length === 0 && !more) {
    const key = isView(view) ? view : "tag";
    return (
      <EmptyState
        icon={<MessageCircle size={32} />}
        title={t(`conversations.none.${key}`)}
        lead={t(`conversations.noneLead.${key}`)}
        action={key === "all" && <Button onClick={onStart}>{t("conversations.start")}</Button>}
      />
    );
  }
  return (
    <>
      <ul className={styles.rows}>
        {rows.map((row) => (
          <li key={row.id}>
            <ConversationRow row={row} isOpen={row.id === openId} />
          </li>
        ))}
      </ul>
      {more && <OnSight onSight={more} />}
    </>
  );
}

/** Control or Command and K goes to the search from anywhere. */
function useSearchKey(pane: React.RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const search = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey)
        return;
      event.preventDefault();
      pane.current?.querySelector("input")?.focus();
    };
    addEventListener("keydown", search);
    return () => removeEventListener("keydown", search);
  }, [pane]);
}

/** On a phone the list comes back when a conversation is closed, and the focus with it, to where it was. */
function useFocusOfClosed(pane: React.RefObject<HTMLElement | null>, openId: string | null): void {
  const before = useRef(openId);
  useEffect(() => {
    if (openId === null && before.current !== null && document.activeElement === document.body) {
      pane.current?.querySelector<HTMLElement>(`[data-conversation="${before.current}"]`)?.focus();
    }
    before.current = openId;
  }, [pane, openId]);
}
