import { useEffect, useRef, useState } from "react";
import { Provider, useClient, useQuery } from "urql";
import { openApi, type Api } from "../api/client";
import { listen } from "../api/live";
import { Start, ViewerContext } from "../api/viewer";
import { forgetFiles } from "../files/file";
import { backOff, useConnection } from "../api/socket";
import { renewInBackground } from "../session/renewal";
import { session } from "../session/store";
import { startUnsent } from "../unsent/start";
import { Failed } from "./Failed";
import { Layout } from "./Layout";
import { Splash } from "./Splash";

/** The page of one person who is signed in: its own cache, its own socket. */
export default function SignedIn() {
  const [api, setApi] = useState<Api & { wake: () => void }>();
  const isLive = useConnection() === "live";
  useEffect(() => {
    const opened = openApi();
    const stop = renewInBackground();
    const unsent = startUnsent(opened.client, session()?.userId ?? "");
    // The socket belongs to the page as it is on screen, so it is opened with it and not while rendering.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setApi({ ...opened, wake: unsent.wake });
    return () => {
      stop();
      unsent.stop();
      opened.close();
      forgetFiles();
    };
  }, []);
  useEffect(() => {
    if (isLive) api?.wake();
  }, [isLive, api]);
  return api ? (
    <Provider value={api.client}>
      <Started />
    </Provider>
  ) : (
    <Splash />
  );
}

/** Asks for the place to listen from before anything else is asked, so that nothing falls between. */
function Started() {
  const client = useClient();
  const [{ data, error }, ask] = useQuery({ query: Start, requestPolicy: "network-only" });
  const [cursor, setCursor] = useState<string>();
  if (cursor === undefined && data?.cursor != null) setCursor(data.cursor);

  // Whoever loads the page without a network does not have to watch for its return.
  const failures = useRef(0);
  useEffect(() => {
    if (!error) return;
    let isHere = true;
    void backOff(failures.current++).then(() => {
      if (isHere) ask({ requestPolicy: "network-only" });
    });
    return () => {
      isHere = false;
    };
  }, [error, ask]);

  useEffect(() => (cursor === undefined ? undefined : listen(client, { cursor })), [client, cursor]);

  if (data?.viewer) {
    return (
      <ViewerContext value={data.viewer}>
        <Layout />
      </ViewerContext>
    );
  }
  if (!error) return <Splash />;
  return <Failed error={error} again={ask} />;
}
