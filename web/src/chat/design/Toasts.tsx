import { X } from "lucide-react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import { IconButton } from "./IconButton";
import { useTopLayer } from "./layers";
import { dismiss, useToasts } from "./toasts";
import styles from "./Toasts.module.css";

/** Where `say` speaks. There once, always, so that screen readers listen to it. */
export function Toasts() {
  const { t } = useTranslation();
  const toasts = useToasts();
  const layer = useTopLayer();
  return createPortal(
    <div className={styles.toasts} role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className={styles.toast} data-problem={toast.isProblem || undefined}>
          <span>{toast.text}</span>
          <IconButton
            label={t("common.close")}
            icon={<X size={18} aria-hidden />}
            className={styles.close}
            onClick={() => dismiss(toast.id)}
          />
        </div>
      ))}
    </div>,
    layer ?? document.body,
  );
}
