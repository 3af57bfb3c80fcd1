import type { Client } from "@urql/core";
import { useEffect, useState } from "react";
import { useClient, useQuery } from "urql";
import { useViewer } from "../api/viewer";
import { Push, RegisterPush, RemovePush } from "./pushOperations";
import { registration } from "./worker";

/** Who wanted to be told on this device. Another person who signs in here is not told without having said so. */
const KEY = "bedside.push";

/** Why this device cannot be told, or whether it is. */
export type PushState = "unknown" | "unsupported" | "unavailable" | "denied" | "off" | "on";

/** What became of switching it on. */
export type PushOutcome = "on" | "denied" | "failed";

const isSupported = () =>
  import.meta.env.PROD && "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;

async function subscribe(client: Client, publicKey: string): Promise<boolean> {
  // Without a worker, `ready` would never come.
  if (!(await registration())) return false;
  const { pushManager } = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: publicKey };
  // Only one made for the same server's key can be had again.
  const subscription = await pushManager.subscribe(options).catch(async () => {
    await (await pushManager.getSubscription())?.unsubscribe();
    return pushManager.subscribe(options);
  });
  const { endpoint = "", keys = {} } = subscription.toJSON();
  const input = { endpoint, p256dh: keys.p256dh ?? "", auth: keys.auth ?? "" };
  const { data } = await client.mutation(RegisterPush, { input }).toPromise();
  return data?.registerPush?.push?.isRegistered ?? false;
}

/** Takes this device out of the browser's notification service. */
export async function forgetPush(): Promise<void> {
  localStorage.removeItem(KEY);
  if (!isSupported()) return;
  const subscription = await (await registration())?.pushManager.getSubscription();
  await subscription?.unsubscribe();
}

/** Registers this device anew with each start of the page, because its address may have changed. */
export function useKeepPush(): void {
  const client = useClient();
  const { id } = useViewer();
  useEffect(() => {
    if (!isSupported()) return;
    void (async () => {
      if (localStorage.getItem(KEY) !== id) {
        await forgetPush();
        return;
      }
      const { data } = await client.query(Push, {}).toPromise();
      if (Notification.permission === "granted" && data?.push) await subscribe(client, data.push.publicKey);
    })().catch(() => undefined);
  }, [client, id]);
}

/** Whether this device is told of what is new while the page is closed, and to switch it. */
export function usePush() {
  const client = useClient();
  const { id } = useViewer();
  const [{ data }] = useQuery({ query: Push });
  const [isDenied, setDenied] = useState(() => isSupported() && Notification.permission === "denied");

  const state = (): PushState => {
    if (!isSupported()) return "unsupported";
    if (!data) return "unknown";
    if (!data.push) return "unavailable";
    if (isDenied) return "denied";
    return data.push.isRegistered && localStorage.getItem(KEY) === id ? "on" : "off";
  };

  const turnOn = async (): Promise<PushOutcome> => {
    const permission = await Notification.requestPermission();
    setDenied(permission === "denied");
    if (permission !== "granted" || !data?.push) return "denied";
    localStorage.setItem(KEY, id);
    const isOn = await subscribe(client, data.push.publicKey).catch(() => false);
    if (!isOn) await forgetPush();
    return isOn ? "on" : "failed";
  };

  const turnOff = async (): Promise<void> => {
    await forgetPush();
    await client.mutation(RemovePush, {}).toPromise();
  };

  return { state: state(), turnOn, turnOff };
}
