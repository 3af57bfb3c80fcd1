import type { EmojiPickerRootProps } from "frimousse";

type Resolver = NonNullable<EmojiPickerRootProps["resolveEmojiData"]>;
type Data = Awaited<ReturnType<Resolver>>;
type Emoji = { unicode: string; label: string; group?: number; tags?: string[] };
type Messages = { groups: { order: number; message: string }[] };

// Parts of other emoji, not emoji of their own.
const COMPONENTS = 2;
const files = import.meta.glob<Emoji[]>("/node_modules/emojibase-data/{en,fr}/compact.json", { import: "default" });
const names = import.meta.glob<Messages>("/node_modules/emojibase-data/{en,fr}/messages.json", { import: "default" });

/** The emoji with their names in a language. They come with the page, not from elsewhere. */
export async function emojiData(locale: string): Promise<Data> {
  const file = (what: string) => `/node_modules/emojibase-data/${locale}/${what}.json`;
  const [emojis, messages] = await Promise.all([files[file("compact")]?.(), names[file("messages")]?.()]);
  if (!emojis || !messages) throw new Error(`no emoji in ${locale}`);
  return {
    locale,
    emojis: emojis.flatMap(({ unicode, label, group, tags = [] }) =>
      group === undefined || group === COMPONENTS ? [] : [{ emoji: unicode, category: group, label, version: 1, tags }],
    ),
    categories: messages.groups
      .filter(({ order }) => order !== COMPONENTS)
      .map(({ order, message }) => ({ index: order, label: message })),
    skinTones: { light: "", "medium-light": "", medium: "", "medium-dark": "", dark: "" },
  };
}
