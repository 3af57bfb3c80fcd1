import { useEffect, useRef, useState } from "react";

/** How a recording stands. */
export type Recording =
  | { state: "idle" }
  | { state: "asking" }
  | { state: "recording"; startedAt: number; stream: MediaStream }
  | { state: "done"; content: Blob; name: string; durationMs: number }
  | { state: "problem"; why: "refused" | "missing" | "unable" };

// Containers that the server takes. AAC in MPEG-4 plays everywhere, so it comes first.
const CONTAINERS = [
  ["audio/mp4;codecs=mp4a.40.2", "m4a"],
  ["audio/webm;codecs=opus", "weba"],
  ["audio/ogg;codecs=opus", "ogg"],
  ["audio/mp4", "m4a"],
] as const;
const BITS_PER_SECOND = 32_000;
/** Well below 10 MiB at this rate. */
export const LONGEST_RECORDING = 20 * 60_000;

/** Records the voice of whoever sits before the device. */
export function useRecording(name: string) {
  const [recording, become] = useState<Recording>({ state: "idle" });
  const recorder = useRef<MediaRecorder>(undefined);
  // The answer about the microphone may come when nobody waits for it any more.
  const asked = useRef(0);

  const start = async () => {
    const container = CONTAINERS.find(([type]) => "MediaRecorder" in window && MediaRecorder.isTypeSupported(type));
    // Undefined on pages that did not come over a secure connection.
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    if (!container || !devices) {
      become({ state: "problem", why: "unable" });
      return;
    }
    become({ state: "asking" });
    const mine = ++asked.current;
    try {
      const stream = await devices.getUserMedia({ audio: true });
      if (mine !== asked.current) {
        release(stream);
        return;
      }
      recorder.current = record(stream, container, name, (result) => become(result));
      become({ state: "recording", startedAt: Date.now(), stream });
    } catch (error) {
      const isMissing = error instanceof DOMException && error.name === "NotFoundError";
      const isRefused = error instanceof DOMException && error.name === "NotAllowedError";
      become({ state: "problem", why: isRefused ? "refused" : isMissing ? "missing" : "unable" });
    }
  };
  const stop = () => recorder.current?.stop();
  const leave = () => {
    asked.current++;
    const mine = recorder.current;
    recorder.current = undefined;
    if (!mine) return;
    mine.onstop = null;
    release(mine.stream);
  };
  const cancel = () => {
    leave();
    become({ state: "idle" });
  };
  // The microphone must not stay open when the conversation is left.
  useEffect(() => leave, []);
  return { recording, start, stop, cancel };
}

function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Begins, and says what was recorded once it is stopped. */
function record(
  stream: MediaStream,
  [type, ending]: (typeof CONTAINERS)[number],
  name: string,
  onDone: (result: Recording) => void,
): MediaRecorder {
  const recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: BITS_PER_SECOND });
  const startedAt = Date.now();
  const parts: Blob[] = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.onstop = () => {
    release(stream);
    const content = new Blob(parts, { type: type.split(";")[0] ?? type });
    onDone({ state: "done", content, name: `${name}.${ending}`, durationMs: Date.now() - startedAt });
  };
  recorder.start();
  return recorder;
}
