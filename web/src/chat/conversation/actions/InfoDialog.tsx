import { CheckCheck, Clock } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { errorText } from "../../api/errors";
import { Avatar } from "../../design/Avatar";
import { Dialog } from "../../design/Dialog";
import { Spinner } from "../../design/Spinner";
import { useFormats } from "../../language/format";
import type { Message } from "../fields";
import { Receipts } from "./operations";
import styles from "./dialogs.module.css";

/** To whom a message came, and who has read it. */
export default function InfoDialog({ message, onClose }: { message: Message; onClose: () => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [{ data, error }] = useQuery({
    query: Receipts,
    variables: { id: message.id },
    requestPolicy: "cache-and-network",
  });
  const receipts = data?.message?.receipts.nodes;
  const groups = receipts && [
    { key: "read" as const, people: receipts.filter((each) => each.readAt !== null) },
    { key: "delivered" as const, people: receipts.filter((each) => each.readAt === null && each.deliveredAt !== null) },
    { key: "waiting" as const, people: receipts.filter((each) => each.readAt === null && each.deliveredAt === null) },
  ];
  return (
    <Dialog title={t("info.title")} onClose={onClose}>
      <p className={styles.excerpt} dir="auto">
        {message.deletedAt === null ? message.excerpt || t(`kinds.${message.kind}`) : t("conversations.deleted")}
      </p>
      <p className={styles.when}>
        {t("info.sent", { name: message.sender.fullName, time: formats.exact(message.createdAt) })}
      </p>
      {message.expiresAt !== null && message.deletedAt === null && (
        <p className={styles.when}>{t("info.expires", { time: formats.exact(message.expiresAt) })}</p>
      )}
      <div className={styles.people}>
        {groups ? (
          groups.map(
            ({ key, people }) =>
              people.length > 0 && (
                <section key={key}>
                  <h3>
                    {key === "waiting" ? <Clock size={16} aria-hidden /> : <CheckCheck size={16} aria-hidden />}
                    {t(`info.${key}`)}
                  </h3>
                  <ul>
                    {people.map(({ user, readAt, deliveredAt }) => (
                      <li key={user.id} className={styles.person}>
                        <Avatar person={user} size="s" />
                        <span>
                          <bdi>{user.fullName}</bdi>
                          {(readAt ?? deliveredAt) !== null && (
                            <span className={styles.when}>{formats.exact(readAt ?? deliveredAt ?? "")}</span>
                          )}
                        </span>
                      </li>
                    ))}
                  </ul>
                </section>
              ),
          )
        ) : (
          <div className={styles.wait} role="status">
            {error ? errorText(error, t) : <Spinner size={24} />}
          </div>
        )}
        {data?.message?.receipts.pageInfo.hasNextPage && <p className={styles.when}>{t("info.more")}</p>}
      </div>
    </Dialog>
  );
}
