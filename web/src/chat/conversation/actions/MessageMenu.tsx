import {
  Copy,
  EyeOff,
  Forward,
  History,
  Info,
  Pencil,
  Pin,
  PinOff,
  Reply,
  SmilePlus,
  Trash2,
  TriangleAlert,
  Undo2,
} from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMutation, useQuery } from "urql";
import { errorText } from "../../api/errors";
import { useViewer } from "../../api/viewer";
import { MenuAt, MenuItem, MenuLine } from "../../design/Menu";
import { Spinner } from "../../design/Spinner";
import { say } from "../../design/toasts";
import type { Message } from "../fields";
import type { Point } from "../message/context";
import { MessagePermissions } from "../operations";
import { PinMessage, SetUrgent, UnpinMessage } from "./operations";
import styles from "./MessageMenu.module.css";

/** What is done with a message in a window of its own, or in its place. */
export type Action = "reply" | "react" | "edit" | "forward" | "info" | "versions" | "delete" | "retract" | "hide";

type Props = {
  message: Message;
  at: Point;
  canSend: { allowed: boolean; message: string | null };
  onAction: (action: Action) => void;
  onClose: () => void;
};

type Refusal = { allowed: boolean; message: string | null };
const why = (permission: Refusal) => (permission.allowed ? null : permission.message);

/** Everything that can be done with a message; what cannot says why. */
export function MessageMenu({ message, at, canSend, onAction, onClose }: Props) {
  const { t } = useTranslation();
  const [{ data, error }] = useQuery({
    query: MessagePermissions,
    variables: { id: message.id },
    // What may be done changes with time.
    requestPolicy: "cache-and-network",
  });
  const may = data?.message;
  const isGone = message.deletedAt !== null || message.system !== null;
  return (
    <MenuAt at={at} onClose={onClose} label={t("actions.label")}>
      {!isGone && (
        <>
          <MenuItem icon={<Reply size={18} aria-hidden />} reason={why(canSend)} onSelect={() => onAction("reply")}>
            {t("actions.reply")}
          </MenuItem>
          {may ? (
            <Permitted message={message} may={may} onAction={onAction} />
          ) : (
            <div className={styles.wait} role="status">
              {error ? errorText(error, t) : <Spinner />}
            </div>
          )}
          <MenuLine />
        </>
      )}
      {message.system === null && (
        <MenuItem icon={<Info size={18} aria-hidden />} onSelect={() => onAction("info")}>
          {t("actions.info")}
        </MenuItem>
      )}
      <MenuItem icon={<EyeOff size={18} aria-hidden />} onSelect={() => onAction("hide")}>
        {t("actions.hide")}
      </MenuItem>
      {may && !isGone && <Removal message={message} may={may} onAction={onAction} />}
    </MenuAt>
  );
}

type Permissions = Record<
  | "viewerCanDelete"
  | "viewerCanEdit"
  | "viewerCanForward"
  | "viewerCanPin"
  | "viewerCanReact"
  | "viewerCanRetract"
  | "viewerCanSetUrgent",
  Refusal
>;
type PartProps = { message: Message; may: Permissions; onAction: (action: Action) => void };

function Permitted({ message, may, onAction }: PartProps): ReactNode {
  const { t } = useTranslation();
  const viewer = useViewer();
  const change = useChange(message);
  const isOwn = message.sender.id === viewer.id;
  const copy = () =>
    void navigator.clipboard.writeText(message.text).then(
      () => say(t("actions.copied")),
      () => say(t("actions.notCopied"), { isProblem: true }),
    );
  return (
    <>
      <MenuItem
        icon={<SmilePlus size={18} aria-hidden />}
        reason={why(may.viewerCanReact)}
        onSelect={() => onAction("react")}
      >
        {t("actions.react")}
      </MenuItem>
      <MenuItem
        icon={<Forward size={18} aria-hidden />}
        reason={why(may.viewerCanForward)}
        onSelect={() => onAction("forward")}
      >
        {t("actions.forward")}
      </MenuItem>
      {message.text !== "" && (
        <MenuItem icon={<Copy size={18} aria-hidden />} onSelect={copy}>
          {t("actions.copy")}
        </MenuItem>
      )}
      {isOwn && message.card === null && (
        <MenuItem
          icon={<Pencil size={18} aria-hidden />}
          reason={why(may.viewerCanEdit)}
          onSelect={() => onAction("edit")}
        >
          {t("actions.edit")}
        </MenuItem>
      )}
      {message.editedAt !== null && (
        <MenuItem icon={<History size={18} aria-hidden />} onSelect={() => onAction("versions")}>
          {t("actions.versions")}
        </MenuItem>
      )}
      <MenuItem
        icon={message.pinnedAt === null ? <Pin size={18} aria-hidden /> : <PinOff size={18} aria-hidden />}
        reason={why(may.viewerCanPin)}
        onSelect={change.pin}
      >
        {t(message.pinnedAt === null ? "actions.pin" : "actions.unpin")}
      </MenuItem>
      {(isOwn || may.viewerCanSetUrgent.allowed) && (
        <MenuItem
          icon={<TriangleAlert size={18} aria-hidden />}
          reason={why(may.viewerCanSetUrgent)}
          onSelect={change.urgency}
        >
          {t(message.isUrgent ? "actions.notUrgent" : "actions.urgent")}
        </MenuItem>
      )}
    </>
  );
}

function Removal({ message, may, onAction }: PartProps) {
  const { t } = useTranslation();
  const viewer = useViewer();
  if (message.sender.id === viewer.id) {
    return (
      <MenuItem
        icon={<Trash2 size={18} aria-hidden />}
        isDanger
        reason={why(may.viewerCanDelete)}
        onSelect={() => onAction("delete")}
      >
        {t("actions.delete")}
      </MenuItem>
    );
  }
  // Few may take back what others sent; the rest need not read that they may not.
  if (!may.viewerCanRetract.allowed) return null;
  return (
    <MenuItem icon={<Undo2 size={18} aria-hidden />} isDanger onSelect={() => onAction("retract")}>
      {t("actions.retract")}
    </MenuItem>
  );
}

/** The changes that need no further question. */
function useChange(message: Message) {
  const { t } = useTranslation();
  const [, pin] = useMutation(PinMessage);
  const [, unpin] = useMutation(UnpinMessage);
  const [, setUrgent] = useMutation(SetUrgent);
  const tell = (error: Parameters<typeof errorText>[0] | undefined, refused: { message: string } | undefined) => {
    const problem = error ? errorText(error, t) : refused?.message;
    if (problem !== undefined) say(problem, { isProblem: true });
  };
  const input = { messageId: message.id };
  return {
    pin: () =>
      message.pinnedAt === null
        ? void pin({ input }).then(({ data, error }) => tell(error, data?.pinMessage?.userErrors[0]))
        : void unpin({ input }).then(({ data, error }) => tell(error, data?.unpinMessage?.userErrors[0])),
    urgency: () =>
      void setUrgent({ input: { ...input, isUrgent: !message.isUrgent } }).then(({ data, error }) =>
        tell(error, data?.setUrgent?.userErrors[0]),
      ),
  };
}
