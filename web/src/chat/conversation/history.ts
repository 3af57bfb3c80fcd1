import type { Client, CombinedError, OperationResult } from "@urql/core";
import { pipe, subscribe } from "wonka";
import type { ResultOf, VariablesOf } from "../api/graphql";
import type { Message } from "./fields";
import { Messages } from "./operations";

const PAGE = 50;

/** The part of a conversation that is loaded, as it is now. */
export type View = {
  messages: readonly Message[];
  /** Another number, another part: what was measured and scrolled before counts no more. */
  part: number;
  /** Whether the last change was at the old end. */
  changedAtStart: boolean;
  hasOlder: boolean;
  hasNewer: boolean;
  isReady: boolean;
  /** Why the last page that was asked for did not come. */
  error: CombinedError | null;
};

type Result = OperationResult<ResultOf<typeof Messages>>;
type Asked = Omit<VariablesOf<typeof Messages>, "id">;
type Page = {
  asked: Asked;
  nodes: readonly Message[] | null;
  info: { startCursor: string | null; endCursor: string | null; hasPreviousPage: boolean; hasNextPage: boolean } | null;
  isWatched: boolean;
  stop: () => void;
};

/** Puts pages in a row that follow each other, or overlap. */
export function join<T extends { id: string }>(pages: readonly (readonly T[])[]): T[] {
  const joined: T[] = [];
  const known = new Set<string>();
  for (const page of pages) {
    const last = joined.at(-1)?.id;
    const from = page.findIndex(({ id }) => id === last) + 1;
    for (const each of page.slice(from)) {
      if (known.has(each.id)) continue;
      known.add(each.id);
      joined.push(each);
    }
  }
  return joined;
}

/**
 * Loads a conversation page by page, in both directions. Every page is a query of its own, so that an event makes only
 * the pages on screen be read again, however many there are.
 */
export function openHistory(client: Client, id: string) {
  const newest = makePage({ last: PAGE });
  let pages: Page[] = [];
  // Whether the newest page follows the others.
  let isAttached = true;
  let owners = new Map<string, Page>();
  let loading: Page | null = null;
  let view: View = {
    ...{ messages: [], part: 0, changedAtStart: false, hasOlder: false, hasNewer: false, isReady: false },
    error: null,
  };
  const listeners = new Set<() => void>();

  const shown = () => (isAttached ? [...pages, newest] : pages);
  const tell = (change: Partial<View> = {}) => {
    const all = shown();
    const messages = join(all.map((page) => page.nodes ?? []));
    owners = new Map(all.flatMap((page) => page.nodes?.map((node) => [node.id, page] as const) ?? []));
    view = {
      ...view,
      messages,
      changedAtStart: false,
      hasOlder: all.find((page) => page.nodes)?.info?.hasPreviousPage ?? false,
      hasNewer: !isAttached,
      isReady: all.some((page) => page.nodes),
      ...change,
    };
    for (const listener of listeners) listener();
  };

  const take = (page: Page, { data, error }: Result) => {
    const connection = data?.conversation?.messages;
    if (!connection) {
      if (error) fail(page, error);
      return;
    }
    const isFirst = page.nodes === null;
    if (page.nodes === connection.nodes) return;
    const hasGap = page === newest && pages.length > 0 && leavesGap(page.nodes ?? [], connection.nodes);
    page.nodes = connection.nodes;
    page.info = connection.pageInfo;
    if (loading === page) loading = null;
    if (hasGap) isAttached = false;
    else if (page === pages.at(-1) && !isAttached) isAttached = reaches(page, newest);
    tell({ changedAtStart: isFirst && page === shown()[0] && page.asked.before != null, error: null });
  };
  const fail = (page: Page, error: CombinedError) => {
    if (page.nodes) return;
    unwatch(page);
    pages = pages.filter((each) => each !== page);
    if (loading === page) loading = null;
    tell({ error });
  };

  const watch = (page: Page) => {
    if (page.isWatched) return;
    page.isWatched = true;
    const subscription = pipe(
      client.query(Messages, { id, ...page.asked }, { requestPolicy: "cache-first" }),
      subscribe((result) => take(page, result)),
    );
    page.stop = () => subscription.unsubscribe();
    if (hasFailed(page)) page.stop();
  };
  const load = (asked: Asked, add: (page: Page) => void) => {
    if (loading) return;
    const page = makePage(asked);
    loading = page;
    add(page);
    watch(page);
  };
  const replace = (then: Page[], attached: boolean) => {
    for (const page of pages) unwatch(page);
    loading = null;
    pages = then;
    isAttached = attached;
  };

  return {
    open: () => watch(newest),
    view: () => view,
    onChange: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    older: () => {
      const before = shown().find((page) => page.nodes)?.info?.startCursor;
      if (view.hasOlder && before != null) load({ last: PAGE, before }, (page) => pages.unshift(page));
    },
    newer: () => {
      const after = pages.at(-1)?.info?.endCursor;
      if (view.hasNewer && after != null) load({ first: PAGE, after }, (page) => pages.push(page));
    },
    /** Shows the messages around one of them; those that are loaded stay when it is among them. */
    around: (messageId: string) => {
      if (view.messages.some((message) => message.id === messageId)) return;
      const page = makePage({ first: PAGE, around: messageId });
      replace([page], false);
      loading = page;
      tell({ part: view.part + 1 });
      watch(page);
    },
    newest: () => {
      if (isAttached) return;
      replace([], true);
      tell({ part: view.part + 1 });
    },
    /** Reads those pages again when they change that are on screen, or next to it. */
    watchFrom: (first: string, last: string) => {
      const all = shown();
      const from = all.findIndex((page) => page === owners.get(first));
      const to = all.findIndex((page) => page === owners.get(last));
      if (from < 0 || to < 0) return;
      for (const [index, page] of all.entries()) {
        if (page === newest || page === loading) continue;
        if (index >= from - 1 && index <= to + 1) watch(page);
        else unwatch(page);
      }
    },
    retry: () => {
      view = { ...view, error: null };
      watch(newest);
      tell();
    },
    close: () => {
      for (const page of [...pages, newest]) unwatch(page);
    },
  };
}

export type History = ReturnType<typeof openHistory>;

function makePage(asked: Asked): Page {
  return { asked, nodes: null, info: null, isWatched: false, stop: () => undefined };
}

/** It may have failed at once, before there was anything to stop. */
function hasFailed(page: Page): boolean {
  return !page.isWatched;
}

function unwatch(page: Page): void {
  page.isWatched = false;
  page.stop();
}

/** Whether the newest page was read anew, so much later that something between it and the page before is missing. */
export function leavesGap<T extends { id: string }>(before: readonly T[], after: readonly T[]): boolean {
  const [first] = before;
  const [start] = after;
  if (!first || !start || after.some(({ id }) => id === first.id)) return false;
  // Only the first one went: it was hidden.
  return before[1]?.id !== start.id;
}

/** Whether the newest page begins where this one ends, or before. */
function reaches(page: Page, newest: Page): boolean {
  const last = page.nodes?.at(-1)?.id;
  return page.info?.hasNextPage === false || (newest.nodes?.some(({ id }) => id === last) ?? false);
}
