import type { Client } from "@urql/core";
import { deliver, sendWith } from "./delivery";
import { leaveDrafts, loadDrafts } from "./drafts";
import { leaveFiles, loadFiles, tidyFiles } from "./files";
import { forgetOthers } from "./kept";
import { isOnServer, leaveOutbox, loadOutbox } from "./outbox";
import { hear } from "./tabs";

/** Takes up what was not sent, for one sign-in. `wake` when the server can be reached again. */
export function startUnsent(client: Client, userId: string): { wake: () => void; stop: () => void } {
  let isStopped = false;
  const delivery = deliver(sendWith(client));
  const load = async () => {
    await loadFiles(userId);
    if (!isStopped) await Promise.all([loadDrafts(userId), loadOutbox(userId)]);
    if (!isStopped) delivery.wake();
  };
  const silence = hear((change) => {
    if (change.what === "sent") void isOnServer(change.clientId);
    else void load();
  });
  void forgetOthers(userId)
    .then(load)
    .then(() => tidyFiles(userId));
  return {
    wake: delivery.wake,
    stop: () => {
      isStopped = true;
      silence();
      delivery.stop();
      leaveOutbox();
      leaveDrafts();
      leaveFiles();
    },
  };
}
