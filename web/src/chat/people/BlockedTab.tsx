import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Link } from "wouter";
import { useAct } from "../api/act";
import { useKept } from "../api/kept";
import { Button } from "../design/Button";
import { EmptyState } from "../design/EmptyState";
import { OnSight } from "../design/OnSight";
import { say } from "../design/toasts";
import { useFormats } from "../language/format";
import { Blocks, UnblockUser } from "./operations";
import { Failed, People, personPath, Waiting } from "./PeopleList";
import { PersonLine } from "./PersonRow";
import type { ListedPerson } from "./person";
import styles from "./People.module.css";

/** Whom the viewer has blocked. */
export function BlockedTab() {
  const { t } = useTranslation();
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching, stale }, ask] = useQuery({ query: Blocks, variables: { first: 50, after } });
  const page = useKept(data?.viewer?.blocks);
  if (!page) {
    return error ? <Failed error={error} retry={() => ask({ requestPolicy: "network-only" })} /> : <Waiting />;
  }
  const blocks = page.nodes.filter(({ user }) => user.isBlockedByViewer);
  if (blocks.length === 0) {
    return (
      <EmptyState icon={<ShieldCheck size={32} />} title={t("people.noBlocked")} lead={t("people.noBlockedLead")} />
    );
  }
  const more = page.pageInfo.hasNextPage && !fetching && !stale ? () => setAfter(page.pageInfo.endCursor) : null;
  return (
    <div className={styles.scroll}>
      <People title={null}>
        {blocks.map(({ user, createdAt }) => (
          <Blocked key={user.id} person={user} since={createdAt} />
        ))}
      </People>
      {more && <OnSight onSight={more} />}
    </div>
  );
}

function Blocked({ person, since }: { person: ListedPerson; since: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [isBusy, unblock] = useUnblock(person);
  return (
    <li className={styles.line}>
      <Link href={personPath(person.id, "blocked")}>
        <PersonLine person={person} note={t("people.blockedSince", { when: formats.ago(since) })} />
      </Link>
      <span className={styles.answers}>
        <Button
          look="soft"
          isBusy={isBusy}
          aria-label={t("people.unblockName", { name: person.fullName })}
          onClick={() => void unblock()}
        >
          {t("people.unblock")}
        </Button>
      </span>
    </li>
  );
}

/** Ends a block of the viewer. */
export function useUnblock({ id, fullName }: Pick<ListedPerson, "id" | "fullName">) {
  const { t } = useTranslation();
  const act = useAct();
  const [isBusy, setBusy] = useState(false);
  const unblock = async () => {
    setBusy(true);
    const done = await act(UnblockUser, { input: { userId: id } });
    setBusy(false);
    if (done) say(t("people.unblocked", { name: fullName }));
  };
  return [isBusy, unblock] as const;
}
