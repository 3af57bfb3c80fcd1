import { BellRing, CheckCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation, useQuery } from "urql";
import { Link } from "wouter";
import { Button } from "../design/Button";
import { EmptyState } from "../design/EmptyState";
import { Page } from "../design/Page";
import { SkeletonList } from "../design/Skeleton";
import { Failed } from "../shell/Failed";
import { useChange } from "../api/useChange";
import { NotificationLine } from "./NotificationLine";
import type { Notification } from "./notification";
import { MarkNotificationsRead, MOST_UNREAD, Notifications as Inbox } from "./operations";
import { newestFirst, useUnread } from "./useUnread";
import styles from "./Notifications.module.css";

/** What the viewer was told of: what is unread first. */
export default function Notifications() {
  const { t } = useTranslation();
  const unread = useUnread();
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, fetching, error }, again] = useQuery({ query: Inbox, variables: { after } });
  const page = data?.notifications;
  const shown = new Set(unread?.map(({ id }) => id));
  const earlier = newestFirst(page?.nodes.filter(({ id }) => !shown.has(id)) ?? []);
  const isLoaded = unread !== undefined && page != null;

  return (
    <Page title={t("notifications.title")} actions={unread && unread.length > 0 && <MarkAll unread={unread} />}>
      {!isLoaded && (error ? <Failed error={error} again={again} /> : <SkeletonList label={t("common.loading")} />)}
      {isLoaded && unread.length + earlier.length === 0 && (
        <EmptyState
          icon={<BellRing size={32} />}
          title={t("notifications.empty")}
          lead={t("notifications.emptyLead")}
          action={<Link href="/settings/notifications">{t("notifications.settings")}</Link>}
        />
      )}
      {isLoaded && <List title={t("notifications.new")} entries={unread} />}
      {isLoaded && <List title={t("notifications.earlier")} entries={earlier} />}
      {page?.pageInfo.hasNextPage && (
        <Button look="soft" className={styles.more} isBusy={fetching} onClick={() => setAfter(page.pageInfo.endCursor)}>
          {t("notifications.more")}
        </Button>
      )}
    </Page>
  );
}

function List({ title, entries }: { title: string; entries: Notification[] }) {
  if (entries.length === 0) return null;
  return (
    <section className={styles.list}>
      <h2>{title}</h2>
      <ul>
        {entries.map((entry) => (
          <NotificationLine key={entry.id} entry={entry} />
        ))}
      </ul>
    </section>
  );
}

function MarkAll({ unread }: { unread: Notification[] }) {
  const { t } = useTranslation();
  const [, mark] = useMutation(MarkNotificationsRead);
  const { change, isBusy } = useChange();
  // What was shown, and nothing that comes in this moment.
  const input = unread.length < MOST_UNREAD ? { ids: unread.map(({ id }) => id) } : { all: {} };
  return (
    <Button
      look="plain"
      icon={<CheckCheck size={18} aria-hidden />}
      isBusy={isBusy}
      onClick={() => void change(mark({ input }), (data) => data.markNotificationsRead)}
    >
      {t("notifications.markAll")}
    </Button>
  );
}
