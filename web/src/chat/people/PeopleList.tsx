import type { CombinedError } from "@urql/core";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useRoute } from "wouter";
import { errorText } from "../api/errors";
import { Button } from "../design/Button";
import { EmptyState } from "../design/EmptyState";
import { SkeletonList } from "../design/Skeleton";
import { PersonLine } from "./PersonRow";
import type { ListedPerson } from "./person";
import styles from "./People.module.css";

/** The lists of the people area, by their place in its addresses. */
export const TABS = ["contacts", "find", "requests", "blocked"] as const;
export type Tab = (typeof TABS)[number];

/** Where somebody is shown, beside the list they were found in. */
export function personPath(userId: string, tab: Tab = "find"): string {
  return `/people/${tab}/${userId}`;
}

/** A line that leads to somebody. */
export function PersonLink({ person, tab, note }: { person: ListedPerson; tab: Tab; note?: ReactNode }) {
  const [, open] = useRoute("/people/:tab/:id");
  return (
    <li>
      <Link
        href={personPath(person.id, tab)}
        className={styles.link}
        aria-current={open?.id === person.id ? "page" : undefined}
      >
        <PersonLine person={person} note={note} />
      </Link>
    </li>
  );
}

/** Some people under a title. */
export function People({ title, children }: { title: string | null; children: ReactNode }) {
  return (
    <section>
      {title !== null && <h2 className={styles.group}>{title}</h2>}
      <ul>{children}</ul>
    </section>
  );
}

/** A list that is on its way. */
export function Waiting() {
  const { t } = useTranslation();
  return <SkeletonList label={t("common.loading")} />;
}

/** A list that could not be had. */
export function Failed({ error, retry }: { error: CombinedError; retry: () => void }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<TriangleAlert size={32} />}
      title={t("people.loadFailed")}
      lead={errorText(error, t)}
      action={<Button onClick={retry}>{t("common.retry")}</Button>}
    />
  );
}
