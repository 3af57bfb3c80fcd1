import { Smile } from "lucide-react";
import { Popover } from "radix-ui";
import { lazy, Suspense, useState, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../design/IconButton";
import { useLayer } from "../design/layers";
import { Spinner } from "../design/Spinner";
import styles from "./EmojiButton.module.css";

const EmojiPicker = lazy(() => import("../design/EmojiPicker"));

/** Puts an emoji where the caret is in the text, and goes back there. Screen keyboards have their own. */
export function EmojiButton({ box }: { box: RefObject<HTMLTextAreaElement | null> }) {
  const { t } = useTranslation();
  const layer = useLayer();
  const [isOpen, setOpen] = useState(false);
  const pick = (emoji: string) => {
    const field = box.current;
    // As if it were typed, so that the caret stands behind it and the text is heard of.
    field?.setRangeText(emoji, field.selectionStart, field.selectionEnd, "end");
    field?.dispatchEvent(new Event("input", { bubbles: true }));
    setOpen(false);
  };
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <IconButton className={styles.button} label={t("emoji.insert")} icon={<Smile size={20} aria-hidden />} />
      </Popover.Trigger>
      <Popover.Portal container={layer}>
        <Popover.Content
          className={styles.popover}
          aria-label={t("emoji.insert")}
          side="top"
          align="end"
          sideOffset={10}
          collisionPadding={8}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            box.current?.focus();
          }}
        >
          <Suspense fallback={<Spinner />}>
            <EmojiPicker onPick={pick} />
          </Suspense>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
