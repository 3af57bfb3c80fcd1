import { FileText, Film, Mic, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../design/IconButton";
import { useFormats } from "../language/format";
import type { Attachment } from "../unsent/files";
import styles from "./Tray.module.css";

/** The files of a message that is being written. */
export function Tray({ files, onRemove }: { files: readonly Attachment[]; onRemove: (id: string) => void }) {
  const { t } = useTranslation();
  if (files.length === 0) return null;
  return (
    <ul className={styles.tray} aria-label={t("composer.files")}>
      {files.map((file) => (
        <Chosen key={file.id} file={file} onRemove={() => onRemove(file.id)} />
      ))}
    </ul>
  );
}

function Chosen({ file, onRemove }: { file: Attachment; onRemove: () => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const isUnderWay = file.progress !== null;
  return (
    <li className={styles.file} data-refused={file.refusal !== null || undefined}>
      <FilePicture file={file} />
      <span className={styles.words}>
        <span className={styles.name} dir="auto" title={file.name}>
          {file.name}
        </span>
        {file.refusal === null ? (
          <span className={styles.size}>
            {!isUnderWay
              ? formats.size(file.size)
              : file.progress === 1
                ? t("composer.checking")
                : t("composer.uploading", { part: formats.percent(file.progress ?? 0) })}
          </span>
        ) : (
          <span className={styles.refusal} role="alert">
            {file.refusal}
          </span>
        )}
        {isUnderWay && <FileProgress file={file} />}
      </span>
      <IconButton
        label={t(isUnderWay ? "composer.cancelFile" : "composer.removeFile", { name: file.name })}
        icon={<X size={18} aria-hidden />}
        onClick={onRemove}
      />
    </li>
  );
}

/** How much of a file is on the server. */
export function FileProgress({ file }: { file: Attachment }) {
  return <progress className={styles.progress} max={1} value={file.progress ?? 0} aria-label={file.name} />;
}

/** A small picture of a file, or a sign of what it is. */
export function FilePicture({ file }: { file: Pick<Attachment, "type" | "preview"> }) {
  // Others, such as TIFF, no browser shows.
  if (/^image\/(png|jpeg|gif|webp|bmp)$/.test(file.type)) {
    return <img className={styles.picture} src={file.preview} alt="" />;
  }
  const Sign = file.type.startsWith("audio/") ? Mic : file.type.startsWith("video/") ? Film : FileText;
  return (
    <span className={styles.picture} aria-hidden>
      <Sign size={20} />
    </span>
  );
}
