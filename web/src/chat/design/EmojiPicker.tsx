import { EmojiPicker as Picker, type EmojiPickerListComponents } from "frimousse";
import { useTranslation } from "react-i18next";
import { Spinner } from "./Spinner";
import { emojiData } from "./emojiData";
import styles from "./EmojiPicker.module.css";

const COLUMNS = 8;

const components: EmojiPickerListComponents = {
  CategoryHeader: ({ category, ...props }) => (
    <div className={styles.category} {...props}>
      {category.label}
    </div>
  ),
  // The library counts from nought, screen readers from one.
  Row: (props) => <div className={styles.row} {...props} aria-rowindex={Number(props["aria-rowindex"]) + 1} />,
  Emoji: ({ emoji, ...props }) => (
    <button
      type="button"
      className={styles.emoji}
      data-active={emoji.isActive || undefined}
      {...props}
      role="gridcell"
      aria-colindex={Number(props["aria-colindex"]) + 1}
    >
      {emoji.emoji}
    </button>
  ),
};

/** All the emoji there are, with a search in the language of the page. Load it when it is wanted. */
export default function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const { t, i18n } = useTranslation();
  return (
    <Picker.Root
      className={styles.picker}
      columns={COLUMNS}
      locale={i18n.language}
      resolveEmojiData={emojiData}
      onEmojiSelect={({ emoji }) => onPick(emoji)}
    >
      <Picker.Search
        ref={(field) => field?.focus()}
        className={styles.search}
        placeholder={t("emoji.search")}
        aria-label={t("emoji.search")}
      />
      <Picker.Viewport className={styles.viewport} tabIndex={0}>
        <Picker.Loading className={styles.note}>
          <Spinner />
        </Picker.Loading>
        <Picker.Empty className={styles.note}>{t("emoji.none")}</Picker.Empty>
        <Picker.List components={components} />
      </Picker.Viewport>
    </Picker.Root>
  );
}
