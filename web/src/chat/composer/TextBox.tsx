import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import type { Person } from "../people/person";
import { isSend } from "./enterKey";
import { matching, namingAt, withName } from "./mentions";
import { Mentions } from "./Mentions";

type Props = {
  box: RefObject<HTMLTextAreaElement | null>;
  text: string;
  people: readonly Person[];
  isTooLong: boolean;
  note: string;
  onChange: (text: string) => void;
  onFiles: (files: File[]) => void;
  onSend: () => void;
};

/** Where the text is written, with the names of people offered after an @. */
export function TextBox({ box, text, people, isTooLong, note, onChange, onFiles, onSend }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const naming = useNaming(box, text, people, onChange);
  useGrowing(box, text);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || naming.onKeyDown(event) || !isSend(event)) return;
    event.preventDefault();
    onSend();
  };
  return (
    <>
      {naming.offered.length > 0 && (
        <Mentions
          id={id}
          label={t("composer.mention")}
          people={naming.offered}
          at={naming.at}
          onChoose={naming.choose}
        />
      )}
      <textarea
        ref={box}
        rows={1}
        dir="auto"
        aria-label={t("conversation.write")}
        aria-describedby={note}
        aria-invalid={isTooLong || undefined}
        aria-autocomplete={people.length > 0 ? "list" : undefined}
        aria-controls={naming.offered.length > 0 ? id : undefined}
        aria-activedescendant={naming.offered.length > 0 ? `${id}-${naming.at}` : undefined}
        placeholder={t("conversation.write")}
        value={text}
        onChange={(event) => {
          naming.follow(event.target);
          onChange(event.target.value);
        }}
        onSelect={(event) => naming.follow(event.currentTarget)}
        onBlur={naming.close}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          // Word processors copy a picture of the text along with it; then the text is meant.
          const files = [...event.clipboardData.files];
          if (files.length === 0 || event.clipboardData.getData("text/plain") !== "") return;
          event.preventDefault();
          onFiles(files);
        }}
      />
    </>
  );
}

/** Offers the people whose name is being written, and puts the one that is chosen into the text. */
function useNaming(
  box: RefObject<HTMLTextAreaElement | null>,
  text: string,
  people: readonly Person[],
  onChange: (text: string) => void,
) {
  const [caret, setCaret] = useState<number | null>(null);
  const [at, setAt] = useState(0);
  const moved = useRef<number>(undefined);
  const naming = caret === null || people.length === 0 ? null : namingAt(text, caret);
  const offered = naming ? matching(people, naming.query) : [];

  useLayoutEffect(() => {
    if (moved.current === undefined) return;
    box.current?.setSelectionRange(moved.current, moved.current);
    moved.current = undefined;
  }, [box, text]);

  const close = () => setCaret(null);
  const choose = (person: Person | undefined) => {
    if (!naming || !person) return;
    const [next, then] = withName(text, naming, person);
    moved.current = then;
    close();
    onChange(next);
  };
  const follow = (element: HTMLTextAreaElement) => {
    setCaret(element.selectionStart === element.selectionEnd ? element.selectionEnd : null);
    if (element.value !== text) setAt(0);
  };
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (offered.length === 0) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt((at + step + offered.length) % offered.length);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" || event.key === "Tab") choose(offered[at]);
    else return false;
    event.preventDefault();
    return true;
  };
  return { offered, at: Math.min(at, Math.max(offered.length - 1, 0)), choose, close, follow, onKeyDown };
}

/** The field grows with its text, also where the browser does not do it by itself. */
function useGrowing(box: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || CSS.supports("field-sizing", "content")) return;
    element.style.setProperty("height", "auto");
    element.style.setProperty("height", `${element.scrollHeight}px`);
  }, [box, text]);
}
