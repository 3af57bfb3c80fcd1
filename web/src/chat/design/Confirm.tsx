import type { TypedDocumentNode } from "@urql/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct, type Payload } from "../api/act";
import { Button } from "./Button";
import styles from "./Confirm.module.css";
import { Dialog } from "./Dialog";
import { say } from "./toasts";

type Props<Data extends Record<string, Payload>, Variables extends Record<string, unknown>> = {
  title: string;
  /** What it means. */
  lead: string;
  /** What the button says that does it. */
  action: string;
  change: readonly [TypedDocumentNode<Data, Variables>, Variables];
  /** What is said once it is done. */
  done?: string;
  onClose: () => void;
  onDone?: () => void;
};

/** Asks before something that is not easily undone, does it, and says so. */
export function Confirm<Data extends Record<string, Payload>, Variables extends Record<string, unknown>>({
  change: [change, variables],
  ...props
}: Props<Data, Variables>) {
  const { t } = useTranslation();
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const act = useAct(setProblem);
  const doIt = async () => {
    setBusy(true);
    const done = await act(change, variables);
    setBusy(false);
    if (!done) return;
    if (props.done !== undefined) say(props.done);
    props.onClose();
    props.onDone?.();
  };
  return (
    <Dialog
      title={props.title}
      onClose={props.onClose}
      footer={
        <>
          <Button look="plain" onClick={props.onClose}>
            {t("common.cancel")}
          </Button>
          <Button look="danger" isBusy={isBusy} onClick={() => void doIt()}>
            {props.action}
          </Button>
        </>
      }
    >
      <p>{props.lead}</p>
      <p role="alert" className={styles.problem}>
        {problem}
      </p>
    </Dialog>
  );
}
