import "./design/tokens.css";
import "./design/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startTheme } from "./design/theme";
import { startLanguage } from "./language/language";
import { startWorker } from "./notifications/worker";
import { session } from "./session/store";
import { App } from "./shell/App";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no element #root");

startTheme();
startWorker();
// The part of the page that is needed first is on its way while the texts are.
void (session() ? import("./shell/SignedIn") : import("./session/SignedOut"));
void startLanguage().then(() =>
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  ),
);
