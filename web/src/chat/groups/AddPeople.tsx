import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../api/act";
import { Button } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { Segmented } from "../design/Segmented";
import { SelectField } from "../design/SelectField";
import { say } from "../design/toasts";
import type { Pickable } from "../people/person";
import { PersonPicker } from "../people/PersonPicker";
import { AddParticipants, InviteParticipants, type DetailedConversation } from "./operations";
import styles from "./Group.module.css";

type Props = { conversation: DetailedConversation; members: ReadonlySet<string>; onClose: () => void };

/** Adds people to a group, or asks them in. */
export function AddPeople({ conversation, members, onClose }: Props) {
  const { t } = useTranslation();
  const [people, setPeople] = useState<Pickable[]>([]);
  const [how, setHow] = useState<"add" | "invite">("add");
  const [role, setRole] = useState<"ADMIN" | "MEMBER" | "OBSERVER">("MEMBER");
  const [seesAll, setSeesAll] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const act = useAct(setProblem);
  // Only an owner decides who else leads.
  const roles =
    conversation.viewerParticipant.role === "OWNER" ? ["MEMBER", "OBSERVER", "ADMIN"] : ["MEMBER", "OBSERVER"];

  const add = async () => {
    if (people.length === 0) {
      setProblem(t("groups.nobodyChosen"));
      return;
    }
    setBusy(true);
    const input = {
      conversationId: conversation.id,
      userIds: people.map(({ id }) => id),
      role,
      history: seesAll ? ("ALL" as const) : ("FROM_NOW" as const),
    };
    const done = how === "add" ? await act(AddParticipants, { input }) : await act(InviteParticipants, { input });
    setBusy(false);
    if (!done) return;
    if (how === "invite") say(t("groups.wereInvited"));
    onClose();
  };

  return (
    <Dialog
      title={t("groups.add")}
      onClose={onClose}
      footer={
        <>
          <Button look="plain" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button isBusy={isBusy} onClick={() => void add()}>
            {t(how === "add" ? "groups.addNow" : "groups.invite")}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <Segmented
          label={t("groups.how")}
          value={how}
          onChoose={setHow}
          choices={[
            ["add", t("groups.addNow")],
            ["invite", t("groups.invite")],
          ]}
        />
        <p className={styles.hint}>{t(how === "add" ? "groups.addHint" : "groups.inviteHint")}</p>
        <div className={styles.field}>
          <span aria-hidden className={styles.label}>
            {t("groups.as")}
          </span>
          <SelectField
            label={t("groups.as")}
            value={role}
            onChoose={(chosen) => setRole(chosen ?? "MEMBER")}
            choices={(["MEMBER", "OBSERVER", "ADMIN"] as const)
              .filter((each) => roles.includes(each))
              .map((each) => [each, t(`groups.roles.${each}`)])}
          />
        </div>
        <label className={styles.check}>
          <input type="checkbox" checked={seesAll} onChange={(event) => setSeesAll(event.target.checked)} />
          {t("groups.seeAll")}
        </label>
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
        <PersonPicker
          chosen={people}
          onChange={setPeople}
          whyNot={({ id }) => (members.has(id) ? t("groups.isThere") : null)}
        />
      </div>
    </Dialog>
  );
}
