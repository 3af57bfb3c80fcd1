import { Plus } from "lucide-react";
import { Popover } from "radix-ui";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLayer } from "../../design/layers";
import { Spinner } from "../../design/Spinner";
import type { Message } from "../fields";
import type { Point } from "../message/context";
import { useReact } from "./useReact";
import styles from "./ReactionPopover.module.css";

const EmojiPicker = lazy(() => import("../../design/EmojiPicker"));
const USUAL = ["👍", "❤️", "🙏", "😊", "😮", "😢", "✅"];

/** Chooses a reaction to a message: one of the usual ones, or any. */
export function ReactionPopover({ message, at, onClose }: { message: Message; at: Point; onClose: () => void }) {
  const { t } = useTranslation();
  const react = useReact();
  const layer = useLayer();
  const [showsAll, setShowsAll] = useState(false);
  const has = (emoji: string) => message.reactions.some((each) => each.emoji === emoji && each.viewerHasReacted);
  const pick = (emoji: string) => {
    void react(message.id, emoji, !has(emoji));
    onClose();
  };
  return (
    <Popover.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Popover.Anchor asChild>
        <span className={styles.place} style={{ left: at.x, top: at.y }} aria-hidden />
      </Popover.Anchor>
      <Popover.Portal container={layer}>
        <Popover.Content
          className={styles.popover}
          aria-label={t("actions.react")}
          sideOffset={6}
          collisionPadding={8}
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          {showsAll ? (
            <Suspense fallback={<Spinner />}>
              <EmojiPicker onPick={pick} />
            </Suspense>
          ) : (
            <div className={styles.usual}>
              {USUAL.map((emoji) => (
                <button
                  key={emoji}
                  type="button"
                  className={styles.emoji}
                  aria-pressed={has(emoji)}
                  onClick={() => pick(emoji)}
                >
                  {emoji}
                </button>
              ))}
              <button
                type="button"
                className={styles.emoji}
                aria-label={t("emoji.all")}
                title={t("emoji.all")}
                onClick={() => setShowsAll(true)}
              >
                <Plus size={20} aria-hidden />
              </button>
            </div>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
