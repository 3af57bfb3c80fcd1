import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { Segmented } from "../design/Segmented";
import { changeDraft } from "../unsent/drafts";
import type { Draft, Expiry } from "../unsent/kept";

const TIMES: readonly Expiry[] = ["day", "week", "month"];

/** Chooses when the message that is being written deletes itself. */
export default function ExpiryDialog({ draft, onClose }: { draft: Draft; onClose: () => void }) {
  const { t } = useTranslation();
  const [time, setTime] = useState<Expiry>(draft.expiresAfter ?? "day");
  const choose = (expiresAfter: Expiry | null) => {
    changeDraft(draft.conversationId, { expiresAfter });
    onClose();
  };
  return (
    <Dialog
      title={t("composer.makeExpire")}
      onClose={onClose}
      footer={
        <>
          <Button look="plain" onClick={() => choose(null)}>
            {t("composer.never")}
          </Button>
          <Button onClick={() => choose(time)}>{t("composer.chooseTime")}</Button>
        </>
      }
    >
      <Segmented
        label={t("composer.expiryLead")}
        value={time}
        onChoose={setTime}
        choices={TIMES.map((each) => [each, t(`composer.after.${each}`)])}
      />
    </Dialog>
  );
}
