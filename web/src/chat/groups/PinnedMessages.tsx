import { Pin } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Link } from "wouter";
import { useKept } from "../api/kept";
import { useFormats } from "../language/format";
import { Pinned } from "./operations";
import { Section } from "./Section";
import styles from "./Details.module.css";

/** The pinned messages of a conversation, each a way to its place. */
export function PinnedMessages({ id }: { id: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [{ data }] = useQuery({ query: Pinned, variables: { id } });
  const messages = useKept(data?.conversation?.pinnedMessages);
  if (!messages || messages.length === 0) return null;
  return (
    <Section title={t("groups.pinned")}>
      <ul>
        {messages.map((message) => (
          <li key={message.id}>
            <Link href={`/c/${id}?at=${message.id}`} className={styles.line}>
              <Pin size={18} aria-hidden />
              <span className={styles.words}>
                <span className={styles.excerpt} dir="auto">
                  {message.excerpt || t(`kinds.${message.kind}`)}
                </span>
                <span className={styles.muted}>
                  {message.sender.fullName} · {formats.brief(message.createdAt)}
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}
