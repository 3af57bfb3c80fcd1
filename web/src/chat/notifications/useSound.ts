import { useEffect } from "react";
import { useSubscription } from "urql";
import { Rings } from "./operations";
import { playSound, sound } from "./sound";

/** Makes a sound for what is new while nobody looks at this page, when that is wished. */
export function useSound(): void {
  const isOn = sound.use() === "on";
  const [{ data }] = useSubscription({ query: Rings, pause: !isOn });
  const told = data?.notificationAdded;

  useEffect(() => {
    if (told?.node?.isSilent === false && !document.hasFocus()) void playSound();
    // The place in the stream is new with each entry; what the entry holds may change later without ringing again.
  }, [told?.cursor]);
}
