import { lazy, Suspense } from "react";
import { Router } from "wouter";
import { Toasts } from "../design/Toasts";
import { TooltipProvider } from "../design/Tooltip";
import { useMailedLink } from "../session/mailedLink";
import { useUserId } from "../session/store";
import { ErrorBoundary } from "./ErrorBoundary";
import { Splash } from "./Splash";

const SignedIn = lazy(() => import("./SignedIn"));
const SignedOut = lazy(() => import("../session/SignedOut"));

/** The whole page. */
export function App() {
  const userId = useUserId();
  const [link, forgetLink] = useMailedLink();
  return (
    <ErrorBoundary>
      <TooltipProvider>
        <Router base="/chat">
          <Suspense fallback={<Splash />}>
            {userId === null || link ? <SignedOut link={link} onLinkDone={forgetLink} /> : <SignedIn key={userId} />}
          </Suspense>
        </Router>
        <Toasts />
      </TooltipProvider>
    </ErrorBoundary>
  );
}
