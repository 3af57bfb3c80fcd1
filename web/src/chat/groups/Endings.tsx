import { Archive, Ban, EyeOff, Inbox, Lock, LogOut, PackageOpen } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../api/act";
import { ArchiveForMe } from "../conversations/operations";
import { nameOf } from "../conversations/preview";
import { Confirm } from "../design/Confirm";
import { BlockDialog } from "../people/ContactActions";
import { useUnblock } from "../people/BlockedTab";
import { Leave } from "./Leave";
import { SetConversationState, type DetailedConversation } from "./operations";
import { Section } from "./Section";
import styles from "./Details.module.css";

type Props = { conversation: DetailedConversation };
type Asking = "archive" | "close" | "leave" | "block" | null;

/** How a conversation is put away, archived, closed, left. */
export function Endings({ conversation }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const [asking, setAsking] = useState<Asking>(null);
  const { id, state, kind, viewerHasArchived, viewerCanChangeState, viewerCanLeave, partner } = conversation;
  const become = (next: typeof state) => ({ input: { conversationId: id, state: next } });
  const close = () => setAsking(null);
  return (
    <Section title={t("groups.conversation")}>
      <Action
        icon={viewerHasArchived ? <Inbox size={18} /> : <EyeOff size={18} />}
        hint={viewerHasArchived ? undefined : t("groups.putAwayHint")}
        onClick={() => void act(ArchiveForMe, { input: { conversationId: id, archived: !viewerHasArchived } })}
      >
        {t(viewerHasArchived ? "groups.takeBack" : "groups.putAway")}
      </Action>
      {viewerCanChangeState.allowed ? (
        <>
          {state === "ACTIVE" ? (
            <Action icon={<Archive size={18} />} onClick={() => setAsking("archive")}>
              {t("groups.archive")}
            </Action>
          ) : (
            <Action icon={<PackageOpen size={18} />} onClick={() => void act(SetConversationState, become("ACTIVE"))}>
              {t("groups.reopen")}
            </Action>
          )}
          {state !== "CLOSED" && (
            <Action icon={<Lock size={18} />} isDanger onClick={() => setAsking("close")}>
              {t("groups.close")}
            </Action>
          )}
        </>
      ) : (
        <p className={styles.note}>{viewerCanChangeState.message}</p>
      )}
      {kind === "GROUP" && (
        <Action icon={<LogOut size={18} />} isDanger onClick={() => setAsking("leave")}>
          {t("groups.leave")}
        </Action>
      )}
      {partner && <BlockAction partner={partner} onAsk={() => setAsking("block")} />}
      {(asking === "archive" || asking === "close") && (
        <Confirm
          title={t(`groups.${asking}`)}
          lead={t(asking === "archive" ? "groups.archiveLead" : "groups.closeLead")}
          action={t(`groups.${asking}`)}
          change={[SetConversationState, become(asking === "archive" ? "ARCHIVED" : "CLOSED")]}
          onClose={close}
        />
      )}
      {asking === "leave" && <Leave id={id} title={nameOf(conversation)} permission={viewerCanLeave} onClose={close} />}
      {asking === "block" && partner && <BlockDialog person={partner} onClose={close} />}
    </Section>
  );
}

type BlockProps = { partner: NonNullable<DetailedConversation["partner"]>; onAsk: () => void };

function BlockAction({ partner, onAsk }: BlockProps) {
  const { t } = useTranslation();
  const [, unblock] = useUnblock(partner);
  const isBlocked = partner.isBlockedByViewer;
  return (
    <Action icon={<Ban size={18} />} isDanger={!isBlocked} onClick={isBlocked ? () => void unblock() : onAsk}>
      {t(isBlocked ? "people.unblock" : "people.block")}
    </Action>
  );
}

type ActionProps = {
  icon: ReactNode;
  hint?: string | undefined;
  isDanger?: boolean;
  onClick: () => void;
  children: ReactNode;
};

function Action({ icon, hint, isDanger = false, onClick, children }: ActionProps) {
  return (
    <button type="button" className={styles.action} data-danger={isDanger || undefined} onClick={onClick}>
      <span aria-hidden>{icon}</span>
      <span className={styles.words}>
        {children}
        {hint !== undefined && <span className={styles.muted}>{hint}</span>}
      </span>
    </button>
  );
}
