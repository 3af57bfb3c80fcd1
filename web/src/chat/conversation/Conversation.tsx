import { DoorClosed, MessageCircleOff, TriangleAlert } from "lucide-react";
import { lazy, Suspense, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useLocation, useSearchParams } from "wouter";
import { errorText } from "../api/errors";
import { Composer } from "../composer/Composer";
import { DropZone } from "../composer/DropZone";
import { LeftDraft } from "../composer/LeftDraft";
import { Button } from "../design/Button";
import { EmptyState } from "../design/EmptyState";
import { SkeletonList } from "../design/Skeleton";
import { OutgoingMessages } from "../unsent/OutgoingMessages";
import { ConversationSkeleton } from "./ConversationSkeleton";
import type { Message } from "./fields";
import { Header } from "./Header";
import { MessageList, type Target } from "./MessageList";
import { OpenConversation } from "./operations";
import { PinnedStrip } from "./Strips";
import { TypingLine } from "./TypingLine";
import styles from "./Conversation.module.css";

const Details = lazy(() => import("../groups/Details"));
const SearchPanel = lazy(() => import("./SearchPanel"));

type Props = { id: string; isDetails: boolean };

/** An open conversation. `?at=` in its address is a message to go to. */
export default function Conversation({ id, isDetails }: Props) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [params] = useSearchParams();
  const asked = params.get("at");
  const [jump, setJump] = useState<Target | null>(null);
  const [fromAddress, setFromAddress] = useState<string | null>(null);
  const [isSearching, setSearching] = useState(false);
  const [replyTo, setReplyTo] = useState<Message | null>(null);
  const [wasThere, setWasThere] = useState(false);
  const [{ data, fetching, error }, ask] = useQuery({ query: OpenConversation, variables: { id } });
  const conversation = data?.conversation;
  if (conversation && !wasThere) setWasThere(true);

  const onJump = useCallback((messageId: string) => {
    setJump((now) => ({ id: messageId, number: (now?.number ?? 0) + 1 }));
  }, []);
  if (asked !== fromAddress) {
    setFromAddress(asked);
    if (asked !== null) onJump(asked);
  }
  const onReplied = useCallback(() => setReplyTo(null), []);

  if (!conversation) {
    if (fetching) return <ConversationSkeleton />;
    if (error) {
      return (
        <EmptyState
          icon={<TriangleAlert size={32} />}
          title={t("conversation.loadFailed")}
          lead={errorText(error, t)}
          action={<Button onClick={() => ask({ requestPolicy: "network-only" })}>{t("common.retry")}</Button>}
        />
      );
    }
    return (
      <>
        <EmptyState
          icon={wasThere ? <DoorClosed size={32} /> : <MessageCircleOff size={32} />}
          title={t(wasThere ? "conversation.ended" : "conversation.gone")}
          lead={t(wasThere ? "conversation.endedLead" : "conversation.goneLead")}
          action={<Button onClick={() => go("/")}>{t("conversation.toChats")}</Button>}
        />
        <OutgoingMessages conversationId={id} messages={[]} />
        <LeftDraft conversationId={id} />
      </>
    );
  }
  return (
    <div className={styles.beside}>
      <DropZone conversationId={id} isOpen={conversation.viewerCanSend.allowed}>
        <Header
          conversation={conversation}
          isDetails={isDetails}
          isSearching={isSearching}
          onSearch={() => setSearching((now) => !now)}
        />
        {isSearching && (
          <Suspense fallback={null}>
            <SearchPanel conversationId={id} onJump={onJump} onClose={() => setSearching(false)} />
          </Suspense>
        )}
        <PinnedStrip conversationId={id} onJump={onJump} />
        <MessageList
          conversationId={id}
          isGroup={conversation.kind === "GROUP"}
          unreadCount={conversation.unreadCount}
          canSend={conversation.viewerCanSend}
          target={jump}
          onJump={onJump}
          onReply={setReplyTo}
        />
        <TypingLine conversationId={id} />
        <Composer conversation={conversation} replyTo={replyTo} onCancelReply={onReplied} />
      </DropZone>
      {isDetails && (
        <aside className={styles.details} aria-label={t("conversation.details")}>
          <Suspense
            fallback={
              <div className={styles.detailsWaiting}>
                <SkeletonList count={5} label={t("common.loading")} />
              </div>
            }
          >
            <Details id={id} onClose={() => go(`/c/${id}`)} />
          </Suspense>
        </aside>
      )}
    </div>
  );
}
