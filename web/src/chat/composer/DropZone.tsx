import { Upload } from "lucide-react";
import { useState, type DragEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { addFiles } from "./choosing";
import styles from "./DropZone.module.css";

type Props = { conversationId: string; isOpen: boolean; children: ReactNode };

/** A conversation onto which files can be dropped, as long as one may write there. */
export function DropZone({ conversationId, isOpen, children }: Props) {
  const { t } = useTranslation();
  const [isOver, setOver] = useState(false);
  const withFiles = (handle: (event: DragEvent) => void) => (event: DragEvent) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    // Otherwise the browser would open the file in the place of this page.
    event.preventDefault();
    if (isOpen) handle(event);
  };
  return (
    // A shortcut for the pointer: the menu beside the text adds files as well.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className={styles.zone}
      onDragOver={withFiles((event) => {
        event.dataTransfer.dropEffect = "copy";
        setOver(true);
      })}
      onDragLeave={withFiles((event) => {
        // Going from one part inside to another is told as leaving, too.
        const to = event.relatedTarget;
        if (!(to instanceof Node && event.currentTarget.contains(to))) setOver(false);
      })}
      onDrop={withFiles((event) => {
        setOver(false);
        void addFiles(conversationId, [...event.dataTransfer.files]);
      })}
    >
      {children}
      {isOver && (
        <div className={styles.over} aria-hidden>
          <Upload size={32} />
          <p>{t("composer.drop")}</p>
        </div>
      )}
    </div>
  );
}
