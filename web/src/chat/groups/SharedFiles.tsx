import { AudioLines, Film, FileText, Image, type LucideIcon } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Link } from "wouter";
import { useKept } from "../api/kept";
import { Button } from "../design/Button";
import { useFile } from "../files/file";
import { useFormats } from "../language/format";
import type { ResultOf } from "../api/graphql";
import { SharedFiles as SharedFilesQuery } from "./operations";
import { Section } from "./Section";
import styles from "./Details.module.css";

type Page = NonNullable<ResultOf<typeof SharedFilesQuery>["conversation"]>["messages"];
type File = Page["nodes"][number]["attachments"][number];

const ICONS: Record<File["kind"], LucideIcon> = { AUDIO: AudioLines, FILE: FileText, IMAGE: Image, VIDEO: Film };
const FEW = 12;
const MOST = 100;

/** The files that were sent in a conversation, newest first, each a way to its message. */
export function SharedFiles({ id }: { id: string }) {
  const { t } = useTranslation();
  const [last, setLast] = useState(FEW);
  const [{ data }] = useQuery({ query: SharedFilesQuery, variables: { id, last } });
  const page = useKept(data?.conversation?.messages);
  if (!page) return null;
  const files = page.nodes
    .toReversed()
    .flatMap((message) => message.attachments.map((file) => ({ file, message, href: `/c/${id}?at=${message.id}` })));
  const pictures = files.filter(({ file }) => file.kind === "IMAGE");
  const others = files.filter(({ file }) => file.kind !== "IMAGE");
  return (
    <Section title={t("groups.files")}>
      {files.length === 0 && <p className={styles.note}>{t("groups.noFiles")}</p>}
      {pictures.length > 0 && (
        <ul className={styles.pictures}>
          {pictures.map(({ file, href }) => (
            <li key={file.id}>
              <Picture file={file} href={href} />
            </li>
          ))}
        </ul>
      )}
      <ul>
        {others.map(({ file, message, href }) => (
          <li key={file.id}>
            <FileLine file={file} href={href} from={message.sender.fullName} at={message.createdAt} />
          </li>
        ))}
      </ul>
      {page.pageInfo.hasPreviousPage && last < MOST && (
        <Button look="plain" onClick={() => setLast(MOST)}>
          {t("common.more")}
        </Button>
      )}
    </Section>
  );
}

function Picture({ file, href }: { file: File; href: string }) {
  const picture = useFile(file.thumbnail?.url ?? file.url);
  return (
    <Link href={href} className={styles.picture} aria-label={file.name}>
      {picture !== undefined && <img src={picture} alt="" />}
    </Link>
  );
}

function FileLine({ file, href, from, at }: { file: File; href: string; from: string; at: string }) {
  const formats = useFormats();
  const Icon = ICONS[file.kind];
  return (
    <Link href={href} className={styles.line}>
      <Icon size={20} aria-hidden />
      <span className={styles.words}>
        <span className={styles.excerpt} dir="auto">
          {file.name}
        </span>
        <span className={styles.muted}>
          {from} · {formats.brief(at)}
        </span>
      </span>
    </Link>
  );
}
