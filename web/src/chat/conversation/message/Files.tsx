import { Download, FileText, Play } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { say } from "../../design/toasts";
import type { SentFile } from "../../files/fields";
import { useLink } from "../../files/links";
import { useFormats } from "../../language/format";
import { useTab } from "./context";
import styles from "./Files.module.css";

type Props = { messageId: string; file: SentFile };

/** The ending of a name, as people know the type of a document. */
function typeOf(file: SentFile): string {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(file.name)?.[1];
  return (ending ?? file.contentType.split("/")[1] ?? "").toUpperCase();
}

/** A document: its name, its type and size; a press saves it. */
export function Document({ messageId, file }: Props) {
  const { t } = useTranslation();
  const formats = useFormats();
  const link = useLink();
  const tab = useTab();
  const save = async () => {
    try {
      const anchor = document.createElement("a");
      anchor.href = await link(messageId, file.id);
      anchor.download = file.name;
      anchor.rel = "noreferrer";
      anchor.click();
    } catch {
      say(t("files.notThere"), { isProblem: true });
    }
  };
  return (
    <button
      type="button"
      className={styles.document}
      tabIndex={tab}
      aria-label={t("files.save", { name: file.name, type: typeOf(file), size: formats.size(file.size) })}
      onClick={() => void save()}
    >
      <span className={styles.icon}>
        <FileText size={22} aria-hidden />
      </span>
      <span className={styles.about}>
        <bdi className={styles.name}>{file.name}</bdi>
        <span className={styles.size}>
          {typeOf(file)} · {formats.size(file.size)}
        </span>
      </span>
      <Download size={18} aria-hidden />
    </button>
  );
}

/** A film; it is fetched when it is to be seen. */
export function Video({ messageId, file }: Props) {
  const { t } = useTranslation();
  const formats = useFormats();
  const link = useLink();
  const tab = useTab();
  const [source, setSource] = useState<string>();
  if (source !== undefined) {
    return (
      // What people film has no captions to give.
      // eslint-disable-next-line jsx-a11y/media-has-caption
      <video
        className={styles.video}
        src={source}
        controls
        autoPlay
        playsInline
        tabIndex={tab}
        aria-label={file.name}
        onError={() => {
          setSource(undefined);
          say(t("files.notPlayed"), { isProblem: true });
        }}
      />
    );
  }
  return (
    <button
      type="button"
      className={styles.video}
      tabIndex={tab}
      aria-label={t("files.playVideo", { name: file.name })}
      onClick={() => {
        link(messageId, file.id).then(setSource, () => say(t("files.notThere"), { isProblem: true }));
      }}
    >
      <span className={styles.play}>
        <Play size={26} fill="currentColor" aria-hidden />
      </span>
      <span className={styles.caption}>
        {file.durationMs !== null ? formats.length(file.durationMs) : formats.size(file.size)}
      </span>
    </button>
  );
}
