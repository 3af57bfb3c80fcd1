import { ArrowLeft, Info, Search } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { ResultOf } from "../api/graphql";
import { nameOf } from "../conversations/preview";
import { Avatar, GroupAvatar } from "../design/Avatar";
import { IconButton } from "../design/IconButton";
import { useFocusBack } from "../design/useKeptFocus";
import { useFormats, useMinute } from "../language/format";
import { usePresence } from "../people/presence";
import type { OpenConversation } from "./operations";
import styles from "./Header.module.css";

export type OpenedConversation = NonNullable<ResultOf<typeof OpenConversation>["conversation"]>;

type Props = { conversation: OpenedConversation; isDetails: boolean; isSearching: boolean; onSearch: () => void };

/** Who a conversation is with, whether they are there, and the ways to search it and to its details. */
export function Header({ conversation, isDetails, isSearching, onSearch }: Props) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const title = useRef<HTMLHeadingElement>(null);
  const searchButton = useFocusBack(isSearching);
  const detailsButton = useFocusBack(isDetails);
  const { id, partner } = conversation;

  useEffect(() => {
    title.current?.focus({ preventScroll: true });
  }, []);

  return (
    <header className={styles.head}>
      <IconButton
        className={styles.back}
        label={t("common.back")}
        icon={<ArrowLeft size={22} aria-hidden />}
        onClick={() => go("/")}
      />
      {partner ? <Avatar person={partner} /> : <GroupAvatar id={id} />}
      <div className={styles.who}>
        <h1 ref={title} tabIndex={-1} dir="auto" title={nameOf(conversation)}>
          {nameOf(conversation)}
        </h1>
        <p>{partner ? <Presence partner={partner} /> : <People conversation={conversation} />}</p>
      </div>
      <IconButton
        ref={searchButton}
        label={t("searchHere.open")}
        aria-pressed={isSearching}
        icon={<Search size={20} aria-hidden />}
        onClick={onSearch}
      />
      <IconButton
        ref={detailsButton}
        label={t("conversation.details")}
        aria-pressed={isDetails}
        icon={<Info size={20} aria-hidden />}
        onClick={() => go(isDetails ? `/c/${id}` : `/c/${id}/details`)}
      />
    </header>
  );
}

function Presence({ partner }: { partner: NonNullable<OpenedConversation["partner"]> }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useMinute();
  usePresence([partner.id]);
  const { presence } = partner;
  if (presence?.isOnline) return t("common.online");
  if (presence?.lastSeenAt != null) return t("conversation.lastSeen", { ago: formats.ago(presence.lastSeenAt, now) });
  return partner.title ?? t(`roles.${partner.role}`);
}

function People({ conversation }: { conversation: OpenedConversation }) {
  const { t } = useTranslation();
  return t("conversation.people", { count: conversation.participantCount });
}
