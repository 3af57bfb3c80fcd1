import { useTranslation } from "react-i18next";
import { Dialog } from "../design/Dialog";
import { Spinner } from "../design/Spinner";
import { PeoplePicker } from "../people/PeoplePicker";
import { useOpenDirect } from "./useOpenDirect";

/** Picks somebody and opens the conversation with them: the one there is, or a new one. */
export default function StartConversation({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { open, openingWith } = useOpenDirect();
  return (
    <Dialog title={t("conversations.start")} onClose={onClose}>
      <PeoplePicker
        onPick={(person) => {
          if (openingWith !== undefined) return;
          void open(person).then((isOpen) => isOpen && onClose());
        }}
        sign={({ id }) => id === openingWith && <Spinner />}
        // What was written can be read where nothing more can be written.
        whyNot={({ conversationWithViewer: there, viewerCanMessage: may }) =>
          there || may.allowed ? null : may.message
        }
      />
    </Dialog>
  );
}
