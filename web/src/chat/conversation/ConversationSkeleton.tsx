import styles from "./ConversationSkeleton.module.css";
import { MessageSkeleton } from "./MessageSkeleton";

/** A conversation that is on its way: its head, its messages, and where one writes. */
export function ConversationSkeleton() {
  return (
    <div className={styles.conversation}>
      <div className={styles.head} aria-hidden>
        <span className={styles.circle} />
        <span className={styles.name} />
      </div>
      <div className={styles.messages}>
        <MessageSkeleton />
      </div>
      <div className={styles.foot} aria-hidden>
        <span className={styles.box} />
      </div>
    </div>
  );
}
