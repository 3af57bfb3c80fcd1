import { Pause, Play } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Spinner } from "../../design/Spinner";
import { say } from "../../design/toasts";
import type { SentFile } from "../../files/fields";
import { useLink } from "../../files/links";
import { useFormats } from "../../language/format";
import { useTab } from "./context";
import styles from "./Files.module.css";

// One voice at a time.
let speaking: HTMLAudioElement | null = null;

/** A voice message or another sound; it is fetched when it is to be heard. */
export function Audio({ messageId, file }: { messageId: string; file: SentFile }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const link = useLink();
  const tab = useTab();
  const audio = useRef<HTMLAudioElement>(null);
  const [state, setState] = useState<"still" | "loading" | "playing">("still");
  const [at, setAt] = useState(0);
  const [measured, setMeasured] = useState<number | null>(null);
  const length = file.durationMs ?? measured ?? 0;

  const fail = () => {
    setState("still");
    audio.current?.removeAttribute("src");
    say(t("files.notPlayed"), { isProblem: true });
  };
  const toggle = async () => {
    const element = audio.current;
    if (!element) return;
    if (state === "playing") {
      element.pause();
      return;
    }
    if (speaking !== element) speaking?.pause();
    speaking = element;
    try {
      if (!element.src) {
        setState("loading");
        element.src = await link(messageId, file.id);
        element.currentTime = at / 1000;
      }
      await element.play();
    } catch {
      fail();
    }
  };
  const seek = (to: number) => {
    setAt(to);
    if (audio.current?.src) audio.current.currentTime = to / 1000;
  };

  return (
    <div className={styles.audio}>
      {/* What people say has no captions to give. */}
      {/* eslint-disable-next-line jsx-a11y/media-has-caption */}
      <audio
        ref={audio}
        preload="none"
        onPlay={() => setState("playing")}
        onPause={() => setState("still")}
        onEnded={() => setAt(0)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime * 1000)}
        onLoadedMetadata={({ currentTarget: { duration } }) => setMeasured(isFinite(duration) ? duration * 1000 : null)}
      />
      <button
        type="button"
        tabIndex={tab}
        aria-label={t(state === "playing" ? "files.pause" : "files.play", { name: file.name })}
        onClick={() => void toggle()}
      >
        {state === "loading" ? (
          <Spinner />
        ) : state === "playing" ? (
          <Pause size={20} fill="currentColor" aria-hidden />
        ) : (
          <Play size={20} fill="currentColor" aria-hidden />
        )}
      </button>
      <span className={styles.track}>
        <input
          type="range"
          min={0}
          max={Math.max(length, 1)}
          step={100}
          value={Math.min(at, Math.max(length, 1))}
          tabIndex={tab}
          aria-label={t("files.position")}
          aria-valuetext={`${formats.length(at)} / ${formats.length(length)}`}
          onChange={(event) => seek(Number(event.target.value))}
        />
        <span>{at > 0 ? `${formats.length(at)} / ${formats.length(length)}` : formats.length(length)}</span>
      </span>
    </div>
  );
}
