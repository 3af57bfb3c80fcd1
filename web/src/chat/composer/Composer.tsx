import { CornerUpLeft, Mic, SendHorizontal, TimerReset, TriangleAlert, X } from "lucide-react";
import { useEffect, useId, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useViewer } from "../api/viewer";
import type { Message } from "../conversation/fields";
import type { OpenedConversation } from "../conversation/operations";
import { IconButton } from "../design/IconButton";
import { useFormats } from "../language/format";
import { changeDraft } from "../unsent/drafts";
import { dropFile } from "../unsent/files";
import type { Draft, Quote } from "../unsent/kept";
import { AddMenu } from "./AddMenu";
import { add, addFiles } from "./choosing";
import { EmojiButton } from "./EmojiButton";
import { LeftDraft } from "./LeftDraft";
import { LONG, LONGEST } from "./length";
import { Problems } from "./Problems";
import { Recorder } from "./Recorder";
import { TextBox } from "./TextBox";
import { Tray } from "./Tray";
import { useReaders } from "./useReaders";
import { useRecording } from "./useRecording";
import { useTyping } from "./useTyping";
import { useWriting } from "./useWriting";
import styles from "./Composer.module.css";

type Props = {
  conversation: OpenedConversation;
  /** The message that is answered. */
  replyTo?: Pick<Message, "id" | "excerpt" | "kind" | "sender"> | null;
  onCancelReply?: () => void;
};

/** Where a message is written, or why none can be. */
export function Composer(props: Props) {
  const { id, viewerCanSend } = props.conversation;
  if (viewerCanSend.allowed) return <OpenComposer {...props} />;
  return (
    <div className={styles.closed}>
      <p>{viewerCanSend.message}</p>
      <LeftDraft conversationId={id} />
    </div>
  );
}

function OpenComposer({ conversation, replyTo, onCancelReply }: Props) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const note = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const { id } = conversation;
  const answered = useMemo(
    () =>
      replyTo && {
        id: replyTo.id,
        sender: replyTo.sender.fullName,
        excerpt: replyTo.excerpt || t(`kinds.${replyTo.kind}`),
      },
    [replyTo, t],
  );
  const writing = useWriting(id, answered ?? null, onCancelReply);
  const { draft, files, left, isEmpty } = writing;
  const readers = useReaders(id, conversation.kind === "GROUP");
  const type = useTyping(id);
  const voice = useRecording(t("kinds.AUDIO"));
  const isRecording = voice.recording.state !== "idle";
  const others = readers.filter((person) => person.id !== viewer.id);
  const roles = [viewer.user.role, conversation.partner?.role, ...readers.map((person) => person.role)];

  const back = () => box.current?.focus();
  const answeredId = replyTo?.id;
  useEffect(() => {
    if (answeredId !== undefined) box.current?.focus();
  }, [answeredId]);
  const send = () => {
    writing.send();
    back();
  };
  return (
    <div className={styles.place}>
      <Problems conversationId={id} />
      <div className={styles.composer} data-too-long={left < 0 || undefined}>
        {writing.replyTo && <Answered quote={writing.replyTo} onCancel={writing.cancelReply} />}
        <Marks draft={draft} />
        <Tray
          files={files}
          onRemove={(file) => {
            changeDraft(id, { files: draft.files.filter((each) => each !== file) });
            void dropFile(file);
            back();
          }}
        />
        <div className={styles.row}>
          {isRecording ? (
            <Recorder
              recording={voice.recording}
              onStop={voice.stop}
              onCancel={voice.cancel}
              onUse={(content, name, durationMs) => {
                voice.cancel();
                void add(id, content, name, durationMs).then(back);
              }}
            />
          ) : (
            <>
              <AddMenu
                draft={draft}
                role={viewer.user.role}
                mayExpire={!roles.includes("PATIENT")}
                onFiles={(chosen) => void addFiles(id, chosen).then(back)}
                onCard={writing.sendCard}
              />
              <TextBox
                box={box}
                text={draft.text}
                people={others}
                isTooLong={left < 0}
                note={note}
                onChange={(text) => {
                  type(text.trim() !== "");
                  changeDraft(id, { text });
                }}
                onFiles={(pasted) => void addFiles(id, pasted)}
                onSend={send}
              />
              <EmojiButton box={box} />
              {isEmpty ? (
                <IconButton
                  label={t("voice.start")}
                  icon={<Mic size={20} aria-hidden />}
                  onClick={() => void voice.start()}
                />
              ) : (
                <IconButton
                  look="solid"
                  label={t("conversation.send")}
                  aria-disabled={left < 0 || undefined}
                  icon={<SendHorizontal size={20} aria-hidden />}
                  onClick={send}
                />
              )}
            </>
          )}
        </div>
      </div>
      <Room id={note} left={left} />
    </div>
  );
}

/** How much can still be written, once that matters. */
function Room({ id, left }: { id: string; left: number }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const length = LONGEST - left;
  return (
    <div className={styles.note} id={id}>
      {length >= LONG && (
        <span className={styles.count} data-over={left < 0 || undefined}>
          {t("composer.count", { length: formats.number(length), longest: formats.number(LONGEST) })}
        </span>
      )}
      <span role="alert" className={styles.problem}>
        {left < 0 && t("composer.tooLong", { count: -left, number: formats.number(-left) })}
      </span>
    </div>
  );
}

/** The message that is answered, above the answer. */
function Answered({ quote, onCancel }: { quote: Quote; onCancel: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={styles.quote}>
      <CornerUpLeft size={18} aria-hidden />
      <p className={styles.quoted}>
        <strong>{t("composer.replyTo", { name: quote.sender })}</strong>
        <span dir="auto">{quote.excerpt}</span>
      </p>
      <IconButton label={t("composer.noReply")} icon={<X size={18} aria-hidden />} onClick={onCancel} />
    </div>
  );
}

/** What was chosen for the message that is being written; a press takes it back. */
function Marks({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  const { conversationId: id, isUrgent, expiresAfter } = draft;
  if (!isUrgent && expiresAfter === null) return null;
  return (
    <div className={styles.marks}>
      {isUrgent && (
        <button type="button" className={styles.mark} data-urgent onClick={() => changeDraft(id, { isUrgent: false })}>
          <TriangleAlert size={15} aria-hidden />
          {t("composer.urgent")}
          <X size={15} role="img" aria-label={t("composer.takeBack")} />
        </button>
      )}
      {expiresAfter !== null && (
        <button type="button" className={styles.mark} onClick={() => changeDraft(id, { expiresAfter: null })}>
          <TimerReset size={15} aria-hidden />
          {t("composer.expires", { time: t(`composer.after.${expiresAfter}`) })}
          <X size={15} role="img" aria-label={t("composer.takeBack")} />
        </button>
      )}
    </div>
  );
}
