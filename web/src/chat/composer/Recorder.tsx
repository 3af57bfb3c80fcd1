import { MicOff, Square, Trash2, Check } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../design/Button";
import { IconButton } from "../design/IconButton";
import { useObjectUrl } from "../files/useObjectUrl";
import { duration } from "../language/format";
import { useLevels } from "./useLevels";
import { LONGEST_RECORDING, type Recording } from "./useRecording";
import styles from "./Recorder.module.css";

type Props = {
  recording: Recording;
  onStop: () => void;
  onCancel: () => void;
  onUse: (content: Blob, name: string, durationMs: number) => void;
};

/** A voice message while it is made: recorded, listened to, then taken or thrown away. */
export function Recorder({ recording, onStop, onCancel, onUse }: Props) {
  const { t } = useTranslation();
  switch (recording.state) {
    case "idle":
      return null;
    case "asking":
      return (
        <div className={styles.recorder} role="status">
          <p className={styles.words}>{t("voice.asking")}</p>
          <Cancel onCancel={onCancel} />
        </div>
      );
    case "problem":
      return (
        <div className={styles.recorder} role="alert">
          <MicOff size={20} aria-hidden />
          <p className={styles.words}>{t(`voice.${recording.why}`)}</p>
          <Button look="plain" onClick={onCancel}>
            {t("common.close")}
          </Button>
        </div>
      );
    case "recording":
      return <Running {...recording} onStop={onStop} onCancel={onCancel} />;
    case "done":
      return <Review {...recording} onCancel={onCancel} onUse={onUse} />;
  }
}

function Cancel({ onCancel }: { onCancel: () => void }) {
  const { t } = useTranslation();
  return <IconButton label={t("voice.discard")} icon={<Trash2 size={20} aria-hidden />} onClick={onCancel} />;
}

type RunningProps = { stream: MediaStream; startedAt: number; onStop: () => void; onCancel: () => void };

function Running({ stream, startedAt, onStop, onCancel }: RunningProps) {
  const { t } = useTranslation();
  const { levels, elapsed } = useLevels(stream, startedAt);
  const isOver = elapsed >= LONGEST_RECORDING;

  useEffect(() => {
    if (isOver) onStop();
  }, [isOver, onStop]);

  return (
    <div className={styles.recorder}>
      <span className="visually-hidden" role="status">
        {t("voice.recording")}
      </span>
      <Cancel onCancel={onCancel} />
      <span className={styles.dot} aria-hidden />
      <time className={styles.time}>{duration(elapsed)}</time>
      <span className={styles.levels} aria-hidden>
        {levels.map((level, index) => (
          <span key={index} style={{ height: `${Math.max(level, 0.08) * 100}%` }} />
        ))}
      </span>
      <IconButton
        // Whoever began to record goes on with the same key.
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        look="solid"
        label={t("voice.stop")}
        icon={<Square size={18} aria-hidden />}
        onClick={onStop}
      />
    </div>
  );
}

type ReviewProps = { content: Blob; name: string; durationMs: number } & Pick<Props, "onCancel" | "onUse">;

function Review({ content, name, durationMs, onCancel, onUse }: ReviewProps) {
  const { t } = useTranslation();
  const address = useObjectUrl(content);
  return (
    <div className={styles.recorder}>
      <Cancel onCancel={onCancel} />
      {/* Nobody has written down yet what was said a moment ago. */}
      {/* eslint-disable-next-line jsx-a11y/media-has-caption */}
      <audio className={styles.audio} controls src={address} aria-label={t("voice.listen")} />
      <IconButton
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        look="solid"
        label={t("voice.use")}
        icon={<Check size={20} aria-hidden />}
        onClick={() => onUse(content, name, durationMs)}
      />
    </div>
  );
}
