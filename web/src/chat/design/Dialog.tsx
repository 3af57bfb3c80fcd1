import { X } from "lucide-react";
import { useEffect, useId, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./IconButton";
import { enterLayer, LayerContext } from "./layers";
import styles from "./Dialog.module.css";

type Props = { title: string; onClose: () => void; children: ReactNode; footer?: ReactNode };

/** A window over the page, there as long as it is rendered. The browser keeps the focus in it and gives it back. */
export function Dialog({ title, onClose, children, footer }: Props) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<HTMLDialogElement | null>(null);
  const id = useId();

  useEffect(() => {
    if (!dialog) return;
    dialog.showModal();
    // Not the button that closes it, which is the first in order.
    (dialog.querySelector<HTMLElement>("input, textarea") ?? dialog).focus();
    const leave = enterLayer(dialog);
    return () => {
      leave();
      dialog.close();
    };
  }, [dialog]);

  return (
    // The keys are the browser's: Escape cancels. A press beside the window is a shortcut for the pointer only.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={setDialog}
      className={styles.dialog}
      tabIndex={-1}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog) onClose();
      }}
    >
      <LayerContext value={dialog}>
        <div className={styles.window}>
          <header className={styles.head}>
            <h2 id={id}>{title}</h2>
            <IconButton label={t("common.close")} icon={<X size={20} aria-hidden />} onClick={onClose} />
          </header>
          <div className={styles.body}>{children}</div>
          {footer && <footer className={styles.foot}>{footer}</footer>}
        </div>
      </LayerContext>
    </dialog>
  );
}
