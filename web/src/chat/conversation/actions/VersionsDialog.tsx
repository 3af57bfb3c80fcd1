import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { errorText } from "../../api/errors";
import { Dialog } from "../../design/Dialog";
import { Spinner } from "../../design/Spinner";
import { useFormats } from "../../language/format";
import type { Message } from "../fields";
import { Versions } from "./operations";
import styles from "./dialogs.module.css";

/** What a message said before it was edited, the newest text first. */
export default function VersionsDialog({ message, onClose }: { message: Message; onClose: () => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [{ data, error, stale }] = useQuery({
    query: Versions,
    variables: { id: message.id },
    requestPolicy: "cache-and-network",
  });
  const versions = stale ? undefined : data?.message?.versions.nodes;
  return (
    <Dialog title={t("versions.title")} onClose={onClose}>
      {versions ? (
        <ol className={styles.versions} reversed>
          <li>
            {message.editedAt !== null && (
              <time dateTime={message.editedAt}>{t("versions.now", { time: formats.exact(message.editedAt) })}</time>
            )}
            <p dir="auto">{message.text}</p>
          </li>
          {versions.toReversed().map(({ version, text, writtenAt }) => (
            <li key={version}>
              <time dateTime={writtenAt}>{formats.exact(writtenAt)}</time>
              <p dir="auto">{text}</p>
            </li>
          ))}
        </ol>
      ) : (
        <div className={styles.wait} role="status">
          {error ? errorText(error, t) : <Spinner size={24} />}
        </div>
      )}
    </Dialog>
  );
}
