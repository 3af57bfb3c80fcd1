import { useId, useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../api/act";
import { Button } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { TextField } from "../design/TextField";
import { UpdateContact } from "./operations";
import type { Contact, ListedPerson } from "./person";

type Props = { contact: Contact; person: ListedPerson; onClose: () => void };

/** What the viewer calls a contact. */
export function Nickname({ contact, person, onClose }: Props) {
  const { t } = useTranslation();
  const form = useId();
  const [nickname, setNickname] = useState(contact.nickname ?? "");
  const [problem, setProblem] = useState<string>();
  const act = useAct(setProblem);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const input = { contactId: contact.id, nickname: nickname.trim() || null };
    if (await act(UpdateContact, { input })) onClose();
  };
  return (
    <Dialog
      title={t("people.nickname")}
      onClose={onClose}
      footer={
        <>
          <Button look="plain" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" form={form}>
            {t("people.save")}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={(event) => void save(event)}>
        <TextField
          label={t("people.nickname")}
          hint={t("people.nicknameHint")}
          problem={problem}
          placeholder={person.fullName}
          maxLength={100}
          dir="auto"
          value={nickname}
          onChange={(event) => setNickname(event.target.value)}
        />
      </form>
    </Dialog>
  );
}
