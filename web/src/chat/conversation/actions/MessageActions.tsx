import { lazy, Suspense } from "react";
import type { Message } from "../fields";
import type { Point } from "../message/context";
import { MessageMenu, type Action } from "./MessageMenu";
import { ReactionPopover } from "./ReactionPopover";

const ForwardDialog = lazy(() => import("./ForwardDialog"));
const InfoDialog = lazy(() => import("./InfoDialog"));
const RemoveDialog = lazy(() => import("./RemoveDialog"));
const VersionsDialog = lazy(() => import("./VersionsDialog"));

/** What is open about a message: its menu, or what was chosen there. */
export type OpenAction = { message: Message; at: Point; what: "menu" | Action };

type Props = {
  open: OpenAction;
  canSend: { allowed: boolean; message: string | null };
  onAction: (open: OpenAction) => void;
  /** `what` is over; when nothing followed from it, the focus goes back to the message. */
  onClose: (what: OpenAction["what"]) => void;
};

/** The menu of a message and the windows it leads to. */
export function MessageActions({ open, canSend, onAction, onClose: onOver }: Props) {
  const { message, at, what } = open;
  const onClose = () => onOver(what);
  switch (what) {
    case "menu":
      return (
        <MessageMenu
          message={message}
          at={at}
          canSend={canSend}
          onAction={(chosen) => onAction({ ...open, what: chosen })}
          onClose={onClose}
        />
      );
    case "react":
      return <ReactionPopover message={message} at={at} onClose={onClose} />;
    case "reply":
    case "edit":
      return null;
    default:
      return (
        <Suspense fallback={null}>
          {what === "forward" && <ForwardDialog message={message} onClose={onClose} />}
          {what === "info" && <InfoDialog message={message} onClose={onClose} />}
          {what === "versions" && <VersionsDialog message={message} onClose={onClose} />}
          {(what === "delete" || what === "hide" || what === "retract") && (
            <RemoveDialog message={message} what={what} onClose={onClose} />
          )}
        </Suspense>
      );
  }
}
