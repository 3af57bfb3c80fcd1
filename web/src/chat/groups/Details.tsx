import { ArrowLeft, Pencil, TriangleAlert, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Link } from "wouter";
import { errorText } from "../api/errors";
import { useKept } from "../api/kept";
import { nameOf } from "../conversations/preview";
import { Avatar, GroupAvatar } from "../design/Avatar";
import { Button } from "../design/Button";
import { EmptyState } from "../design/EmptyState";
import { IconButton } from "../design/IconButton";
import { SkeletonList } from "../design/Skeleton";
import { standing } from "../people/naming";
import { personPath } from "../people/PeopleList";
import { usePresence } from "../people/presence";
import { EditGroup } from "./EditGroup";
import { Endings } from "./Endings";
import { Members } from "./Members";
import { Notifications } from "./Notifications";
import { ConversationDetails, type DetailedConversation } from "./operations";
import { PinnedMessages } from "./PinnedMessages";
import { SharedFiles } from "./SharedFiles";
import styles from "./Details.module.css";

/** All about a conversation but its messages. It fills the place it is given. */
export default function Details({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  const [{ data, error, fetching, stale }, ask] = useQuery({ query: ConversationDetails, variables: { id } });
  const kept = useKept(data?.conversation);
  const conversation = fetching || stale ? kept : data?.conversation;

  useEffect(() => heading.current?.focus({ preventScroll: true }), []);

  return (
    <section className={styles.details} aria-label={t("groups.details")}>
      <header className={styles.bar}>
        <IconButton
          className={styles.back}
          label={t("common.back")}
          icon={<ArrowLeft size={22} aria-hidden />}
          onClick={onClose}
        />
        <h2 ref={heading} tabIndex={-1}>
          {t("groups.details")}
        </h2>
        <IconButton
          className={styles.close}
          label={t("common.close")}
          icon={<X size={20} aria-hidden />}
          onClick={onClose}
        />
      </header>
      <div className={styles.scroll}>
        {conversation ? (
          <Sections conversation={conversation} />
        ) : error ? (
          <EmptyState
            icon={<TriangleAlert size={32} />}
            title={t("groups.loadFailed")}
            lead={errorText(error, t)}
            action={<Button onClick={() => ask({ requestPolicy: "network-only" })}>{t("common.retry")}</Button>}
          />
        ) : (
          (fetching || stale) && <SkeletonList count={5} label={t("common.loading")} />
        )}
      </div>
    </section>
  );
}

function Sections({ conversation }: { conversation: DetailedConversation }) {
  return (
    <>
      <About conversation={conversation} />
      <Notifications conversation={conversation} />
      {conversation.kind === "GROUP" && <Members conversation={conversation} />}
      <PinnedMessages id={conversation.id} />
      <SharedFiles id={conversation.id} />
      <Endings conversation={conversation} />
    </>
  );
}

function About({ conversation }: { conversation: DetailedConversation }) {
  const { t } = useTranslation();
  const [isEditing, setEditing] = useState(false);
  const { partner, id, description, tags, purpose, state, viewerCanUpdate } = conversation;
  usePresence(partner ? [partner.id] : []);
  return (
    <div className={styles.about}>
      {partner ? <Avatar person={partner} size="l" /> : <GroupAvatar id={id} size="l" />}
      <h3 dir="auto">{nameOf(conversation)}</h3>
      <p className={styles.muted}>
        {[partner && standing(partner, t), (!partner || purpose !== "GENERAL") && t(`groups.purposes.${purpose}`)]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {state !== "ACTIVE" && <p className={styles.state}>{t(`groups.state.${state}`)}</p>}
      {description !== null && (
        <p className={styles.description} dir="auto">
          {description}
        </p>
      )}
      {tags.length > 0 && (
        <ul className={styles.tags} aria-label={t("groups.tags")}>
          {tags.map((tag) => (
            <li key={tag} dir="auto">
              {tag}
            </li>
          ))}
        </ul>
      )}
      <div className={styles.buttons}>
        {partner && (
          <Link href={personPath(partner.id, "contacts")} className={styles.button}>
            {t("groups.showPerson")}
          </Link>
        )}
        {viewerCanUpdate.allowed && (
          <Button look="plain" icon={<Pencil size={16} aria-hidden />} onClick={() => setEditing(true)}>
            {t("groups.edit")}
          </Button>
        )}
      </div>
      {isEditing && <EditGroup conversation={conversation} onClose={() => setEditing(false)} />}
    </div>
  );
}
