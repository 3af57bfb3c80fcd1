import { UserRound, UsersRound } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useRoute } from "wouter";
import { Badge } from "../design/Badge";
import { Button } from "../design/Button";
import { EmptyState } from "../design/EmptyState";
import { Tabs } from "../design/Tabs";
import { BlockedTab } from "./BlockedTab";
import { ContactsTab } from "./ContactsTab";
import { DirectoryTab } from "./DirectoryTab";
import { TABS, type Tab } from "./PeopleList";
import { PersonPage } from "./PersonPage";
import { RequestsTab } from "./RequestsTab";
import { useWaiting } from "./waiting";
import styles from "./People.module.css";

const NewGroup = lazy(() => import("../groups/NewGroup"));

const LISTS: Record<Tab, () => React.JSX.Element> = {
  contacts: ContactsTab,
  find: DirectoryTab,
  requests: RequestsTab,
  blocked: BlockedTab,
};

/** The people the viewer knows or can find: a list, and beside it one of them. */
export default function PeoplePage() {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [, place] = useRoute("/people/:tab?/:id?");
  const [isMaking, setMaking] = useState(false);
  const waiting = useWaiting();
  const tab = TABS.find((each) => each === place?.tab) ?? "contacts";
  const personId = place?.id ?? null;
  const List = LISTS[tab];
  const badge = waiting > 0 && <Badge count={waiting} label={t("people.waiting", { count: waiting })} />;

  return (
    <div className={styles.area} data-open={personId !== null || undefined}>
      <div className={styles.list}>
        <header className={styles.head}>
          <h1>{t("people.title")}</h1>
          <Button look="soft" icon={<UsersRound size={18} aria-hidden />} onClick={() => setMaking(true)}>
            {t("groups.new")}
          </Button>
        </header>
        <Tabs
          label={t("people.views")}
          value={tab}
          onChange={(next) => go(`/people/${next}`)}
          tabs={TABS.map((value) => ({
            value,
            label: (
              <span className={styles.tab}>
                {t(`people.tabs.${value}`)} {value === "requests" && badge}
              </span>
            ),
          }))}
        >
          <List key={tab} />
        </Tabs>
      </div>
      <div className={styles.person}>
        {personId !== null ? (
          <PersonPage key={personId} id={personId} onBack={() => go(`/people/${tab}`)} />
        ) : (
          <EmptyState icon={<UserRound size={32} />} title={t("people.pick")} lead={t("people.pickLead")} />
        )}
      </div>
      {isMaking && (
        <Suspense fallback={null}>
          <NewGroup onClose={() => setMaking(false)} />
        </Suspense>
      )}
    </div>
  );
}
