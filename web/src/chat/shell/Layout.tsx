import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Redirect, Route, Switch, useRoute } from "wouter";
import { ConversationList } from "../conversations/ConversationList";
import { NothingOpen } from "../conversations/NothingOpen";
import { ConversationSkeleton } from "../conversation/ConversationSkeleton";
import { useKeptFocus } from "../design/useKeptFocus";
import { AreaSkeleton } from "./AreaSkeleton";
import { AREAS } from "./areas";
import { ClinicNotice } from "./ClinicNotice";
import { ConnectionBanner } from "./ConnectionBanner";
import { ErrorBoundary } from "./ErrorBoundary";
import { Navigation } from "./Navigation";
import styles from "./Layout.module.css";

const Conversation = lazy(() => import("../conversation/Conversation"));

/** Navigation, list and conversation side by side; on a phone one of them at a time. */
export function Layout() {
  const { t } = useTranslation();
  const [isOpen, open] = useRoute("/c/:id/:part?");
  const [isChats] = useRoute("/");
  useKeptFocus();
  const view = isOpen ? "conversation" : isChats ? "list" : "page";

  return (
    <div className={styles.layout} data-view={view}>
      <a className={styles.skip} href="#pane">
        {t(isOpen ? "app.skip" : "app.skipMain")}
      </a>
      <Navigation />
      <div className={styles.banners}>
        <ConnectionBanner />
        <ClinicNotice />
      </div>
      <main className={styles.main}>
        <section className={styles.list} aria-label={t("conversations.title")}>
          <ConversationList openId={open?.id ?? null} />
        </section>
        <div id="pane" className={styles.pane} tabIndex={-1}>
          <ErrorBoundary key={open?.id ?? view}>
            <Switch>
              <Route path="/c/:id/:part?">
                {({ id, part }) => (
                  <Suspense fallback={<ConversationSkeleton />}>
                    <Conversation key={id} id={id} isDetails={part === "details"} />
                  </Suspense>
                )}
              </Route>
              {AREAS.map(
                ({ path, page: Page, shape }) =>
                  Page && (
                    <Route key={path} path={`${path}/*?`}>
                      <Suspense fallback={<AreaSkeleton shape={shape} />}>
                        <Page />
                      </Suspense>
                    </Route>
                  ),
              )}
              <Route path="/">
                <NothingOpen />
              </Route>
              <Route>
                <Redirect to="/" replace />
              </Route>
            </Switch>
          </ErrorBoundary>
        </div>
      </main>
    </div>
  );
}
