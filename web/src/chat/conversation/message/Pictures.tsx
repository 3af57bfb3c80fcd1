import { useTranslation } from "react-i18next";
import type { SentFile } from "../../files/fields";
import { useFile } from "../../files/file";
import { useMessageContext, useTab } from "./context";
import styles from "./Pictures.module.css";

const SHOWN = 4;
const WIDEST = 340;
const NARROWEST = 240;
const HIGHEST = 360;

/** The pictures of a message, small; a press shows them large. */
export function Pictures({ files }: { files: readonly SentFile[] }) {
  const hidden = files.length - SHOWN;
  return (
    <div className={styles.pictures} data-count={Math.min(files.length, SHOWN)}>
      {files.slice(0, SHOWN).map((file, index) => (
        <Picture
          key={file.id}
          file={file}
          isAlone={files.length === 1}
          more={index === SHOWN - 1 && hidden > 0 ? hidden : 0}
        />
      ))}
    </div>
  );
}

/** The room a picture takes, known before it is there so that nothing moves when it comes. */
function room(file: SentFile): { width: number; aspectRatio: number } {
  const width = file.width ?? 4;
  const height = file.height ?? 3;
  const shown = Math.max(NARROWEST, Math.round(width * Math.min(WIDEST / width, HIGHEST / height, 1)));
  // What is much higher than wide is cut; the viewer shows all of it.
  return { width: shown, aspectRatio: Math.max(width / height, shown / HIGHEST) };
}

function Picture({ file, isAlone, more }: { file: SentFile; isAlone: boolean; more: number }) {
  const { t } = useTranslation();
  const { openPicture } = useMessageContext();
  const tab = useTab();
  const address = useFile(file.thumbnail?.url ?? file.url);
  return (
    <button
      type="button"
      className={styles.picture}
      style={isAlone ? room(file) : undefined}
      tabIndex={tab}
      aria-label={t("message.openPicture", { name: file.name })}
      onClick={() => openPicture(file.id)}
    >
      {address !== undefined && <img src={address} alt="" draggable={false} />}
      {more > 0 && (
        <span className={styles.more} aria-hidden>
          +{more}
        </span>
      )}
    </button>
  );
}
