import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation, useQuery } from "urql";
import { errorText } from "../../api/errors";
import { nameOf } from "../../conversations/preview";
import { Avatar, GroupAvatar } from "../../design/Avatar";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Spinner } from "../../design/Spinner";
import { say } from "../../design/toasts";
import type { Message } from "../fields";
import { ForwardMessage, ForwardTargets } from "./operations";
import styles from "./dialogs.module.css";

const PAGE = 50;

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

/** Passes a message on to conversations that are chosen here. */
export default function ForwardDialog({ message, onClose }: { message: Message; onClose: () => void }) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map());
  const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map());
  const [after, setAfter] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [{ data, error }] = useQuery({ query: ForwardTargets, variables: { first: PAGE, after } });
  const [, forward] = useMutation(ForwardMessage);
  const page = data?.conversations;
  const shown = useMemo(
    () => page?.nodes.filter((row) => plain(nameOf(row)).includes(plain(words.trim()))),
    [page, words],
  );

  const toggle = (id: string) =>
    setChosen((now) => {
      const next = new Map(now);
      // The same choice sent again is the same message.
      if (!next.delete(id)) next.set(id, crypto.randomUUID());
      return next;
    });
  const send = async () => {
    setBusy(true);
    const refused = new Map<string, string>();
    for (const [conversationId, clientId] of chosen) {
      const { data, error } = await forward({ input: { clientId, messageId: message.id, to: { conversationId } } });
      const reason = error ? errorText(error, t) : data?.forwardMessage?.userErrors[0]?.message;
      if (reason !== undefined) refused.set(conversationId, reason);
    }
    setBusy(false);
    setProblems(refused);
    setChosen(new Map([...chosen].filter(([id]) => refused.has(id))));
    if (refused.size > 0) return;
    say(t("forward.done", { count: chosen.size }));
    onClose();
  };

  return (
    <Dialog
      title={t("forward.title")}
      onClose={onClose}
      footer={
        <>
          <Button look="plain" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button isBusy={isBusy} disabled={chosen.size === 0} onClick={() => void send()}>
            {t("forward.send", { count: chosen.size })}
          </Button>
        </>
      }
    >
      <p className={styles.excerpt} dir="auto">
        {message.excerpt || t(`kinds.${message.kind}`)}
      </p>
      <input
        type="search"
        className={styles.search}
        placeholder={t("forward.search")}
        aria-label={t("forward.search")}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      {shown ? (
        <ul className={styles.choices}>
          {shown.map((row) => {
            const problem = problems.get(row.id) ?? (row.viewerCanSend.allowed ? null : row.viewerCanSend.message);
            return (
              <li key={row.id}>
                <label className={styles.choice} data-off={!row.viewerCanSend.allowed || undefined}>
                  <input
                    type="checkbox"
                    checked={chosen.has(row.id)}
                    disabled={!row.viewerCanSend.allowed}
                    onChange={() => toggle(row.id)}
                  />
                  {row.partner ? <Avatar person={row.partner} size="s" /> : <GroupAvatar id={row.id} size="s" />}
                  <span>
                    <bdi>{nameOf(row)}</bdi>
                    {problem !== null && <span className={styles.when}>{problem}</span>}
                  </span>
                </label>
              </li>
            );
          })}
        </ul>
      ) : (
        <div className={styles.wait} role="status">
          {error ? errorText(error, t) : <Spinner size={24} />}
        </div>
      )}
      {shown?.length === 0 && <p className={styles.wait}>{t("forward.none")}</p>}
      {page?.pageInfo.hasNextPage && (
        <Button look="plain" onClick={() => setAfter(page.pageInfo.endCursor)}>
          {t("common.more")}
        </Button>
      )}
    </Dialog>
  );
}
