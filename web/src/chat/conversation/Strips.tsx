import { List, Pin, PinOff } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation, useQuery } from "urql";
import { errorText } from "../api/errors";
import type { ResultOf } from "../api/graphql";
import { Dialog } from "../design/Dialog";
import { IconButton } from "../design/IconButton";
import { say } from "../design/toasts";
import { useFormats } from "../language/format";
import { UnpinMessage } from "./actions/operations";
import { Pinned } from "./operations";
import styles from "./Strips.module.css";

type PinnedMessage = NonNullable<ResultOf<typeof Pinned>["conversation"]>["pinnedMessages"][number];

/** The newest pinned message; a press leads to it, and a button to all of them. */
export function PinnedStrip({ conversationId, onJump }: { conversationId: string; onJump: (id: string) => void }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const [{ data }] = useQuery({ query: Pinned, variables: { id: conversationId } });
  const pins = data?.conversation?.pinnedMessages ?? [];
  const [newest] = pins;
  if (!newest) return null;
  return (
    <section className={styles.pinned} aria-label={t("pins.title")}>
      <button type="button" className={styles.pin} onClick={() => onJump(newest.id)}>
        <Pin size={18} aria-hidden />
        <Words pin={newest} />
      </button>
      <IconButton
        label={t("pins.all", { count: pins.length })}
        icon={<List size={18} aria-hidden />}
        onClick={() => setOpen(true)}
      />
      {isOpen && (
        <PinsDialog
          pins={pins}
          onClose={() => setOpen(false)}
          onJump={(id) => {
            setOpen(false);
            onJump(id);
          }}
        />
      )}
    </section>
  );
}

function Words({ pin }: { pin: PinnedMessage }) {
  const { t } = useTranslation();
  return (
    <span className={styles.words}>
      <bdi className={styles.name}>{pin.sender.fullName}</bdi>
      <span dir="auto">
        {pin.deletedAt === null ? pin.excerpt || t(`kinds.${pin.kind}`) : t("conversations.deleted")}
      </span>
    </span>
  );
}

type DialogProps = { pins: readonly PinnedMessage[]; onClose: () => void; onJump: (id: string) => void };

function PinsDialog({ pins, onClose, onJump }: DialogProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [, unpin] = useMutation(UnpinMessage);
  const remove = async (messageId: string) => {
    const { data, error } = await unpin({ input: { messageId } });
    const problem = error ? errorText(error, t) : data?.unpinMessage?.userErrors[0]?.message;
    if (problem !== undefined) say(problem, { isProblem: true });
  };
  return (
    <Dialog title={t("pins.title")} onClose={onClose}>
      <ul className={styles.pins}>
        {pins.map((pin) => (
          <li key={pin.id}>
            <button type="button" className={styles.pin} onClick={() => onJump(pin.id)}>
              <span className={styles.words}>
                <Words pin={pin} />
                {pin.pinnedBy && pin.pinnedAt !== null && (
                  <span className={styles.when}>
                    {t("pins.by", { name: pin.pinnedBy.fullName, time: formats.brief(pin.pinnedAt) })}
                  </span>
                )}
              </span>
            </button>
            {pin.viewerCanPin.allowed && (
              <IconButton
                label={t("actions.unpin")}
                icon={<PinOff size={18} aria-hidden />}
                onClick={() => void remove(pin.id)}
              />
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
