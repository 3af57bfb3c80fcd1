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
  Row: (props) => <div className={styles.row} {...props} />,
  Emoji: ({ emoji, ...props }) => (
    <button type="button" className={styles.emoji} data-active={emoji.isActive || undefined} {...props}>
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
      <Picker.Viewport className={styles.viewport}>
        <Picker.Loading className={styles.note}>
          <Spinner />
        </Picker.Loading>
        <Picker.Empty className={styles.note}>{t("emoji.none")}</Picker.Empty>
        <Picker.List components={components} />
      </Picker.Viewport>
    </Picker.Root>
  );
}
