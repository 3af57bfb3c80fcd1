import { Info, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { IconButton } from "../design/IconButton";
import { Notice } from "../groups/group";
import styles from "./ClinicNotice.module.css";

// Only when the notice was written stays on the device, not what it says.
const KEY = "bedside.notice";

/** What the clinic says to everybody, until it is put away; it comes back when it says something new. */
export function ClinicNotice() {
  const { t } = useTranslation();
  const [{ data }] = useQuery({ query: Notice });
  const [dismissed, setDismissed] = useState(() => localStorage.getItem(KEY));
  const notice = data?.clinicNotice;
  const isShown = notice != null && notice.updatedAt !== dismissed;
  const dismiss = () => {
    if (!notice) return;
    localStorage.setItem(KEY, notice.updatedAt);
    setDismissed(notice.updatedAt);
  };
  return (
    <div role="status" aria-label={t("notice.label")}>
      {isShown && (
        <div className={styles.notice}>
          <Info size={18} aria-hidden />
          <p dir="auto">{notice.text}</p>
          <IconButton
            className={styles.close}
            label={t("notice.dismiss")}
            icon={<X size={18} aria-hidden />}
            onClick={dismiss}
          />
        </div>
      )}
    </div>
  );
}
