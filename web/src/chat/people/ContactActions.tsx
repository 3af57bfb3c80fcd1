import { Ban, Ellipsis, Pencil, Star, UserMinus, UserPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../api/act";
import { Button } from "../design/Button";
import { Confirm } from "../design/Confirm";
import { IconButton } from "../design/IconButton";
import { Menu, MenuItem, MenuLine } from "../design/Menu";
import { say } from "../design/toasts";
import { useUnblock } from "./BlockedTab";
import { calledName, type Named } from "./naming";
import { Nickname } from "./Nickname";
import { BlockUser, RemoveContact, RequestContact, UpdateContact, type ProfiledPerson } from "./operations";
import { useAnswer } from "./RequestsTab";
import styles from "./PersonPage.module.css";

type Props = { person: ProfiledPerson };
type Asking = "nickname" | "remove" | "block" | null;

/** What the viewer can do about being in touch with somebody: contact, favourite, nickname, block. */
export function ContactActions({ person }: Props) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<Asking>(null);
  const contact = person.contactWithViewer;
  const isContact = contact?.state === "ACCEPTED";
  const name = calledName(person);
  return (
    <>
      {!person.isBlockedByViewer && <ContactState person={person} />}
      {isContact && <Favourite id={contact.id} isFavourite={contact.isFavourite} />}
      <Menu trigger={<IconButton label={t("people.more", { name })} icon={<Ellipsis size={20} aria-hidden />} />}>
        {isContact && (
          <>
            <MenuItem icon={<Pencil size={18} aria-hidden />} onSelect={() => setAsking("nickname")}>
              {t(contact.nickname === null ? "people.nicknameAdd" : "people.nicknameEdit")}
            </MenuItem>
            <MenuItem icon={<UserMinus size={18} aria-hidden />} onSelect={() => setAsking("remove")}>
              {t("people.remove")}
            </MenuItem>
            <MenuLine />
          </>
        )}
        {person.isBlockedByViewer ? (
          <Unblock person={person} />
        ) : (
          <MenuItem isDanger icon={<Ban size={18} aria-hidden />} onSelect={() => setAsking("block")}>
            {t("people.block")}
          </MenuItem>
        )}
      </Menu>
      {person.isBlockedByViewer && <BlockedNote person={person} />}
      {asking === "nickname" && contact && (
        <Nickname contact={contact} person={person} onClose={() => setAsking(null)} />
      )}
      {asking === "remove" && contact && (
        <Confirm
          title={t("people.remove")}
          lead={t("people.removeLead", { name })}
          action={t("people.remove")}
          change={[RemoveContact, { input: { contactId: contact.id } }]}
          done={t("people.removed", { name })}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === "block" && <BlockDialog person={person} onClose={() => setAsking(null)} />}
    </>
  );
}

/** Asks before somebody is blocked, and says what it means. */
export function BlockDialog({ person, onClose }: { person: Named & { id: string }; onClose: () => void }) {
  const { t } = useTranslation();
  const name = calledName(person);
  return (
    <Confirm
      title={t("people.blockTitle", { name })}
      lead={t("people.blockLead", { name })}
      action={t("people.block")}
      change={[BlockUser, { input: { userId: person.id } }]}
      done={t("people.nowBlocked", { name })}
      onClose={onClose}
    />
  );
}

function Favourite({ id, isFavourite }: { id: string; isFavourite: boolean }) {
  const { t } = useTranslation();
  const act = useAct();
  return (
    <IconButton
      className={styles.favourite}
      label={t(isFavourite ? "people.unmakeFavourite" : "people.makeFavourite")}
      aria-pressed={isFavourite}
      icon={<Star size={20} aria-hidden />}
      onClick={() => void act(UpdateContact, { input: { contactId: id, isFavourite: !isFavourite } })}
    />
  );
}

function ContactState({ person }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const [isBusy, setBusy] = useState(false);
  const contact = person.contactWithViewer;
  const name = calledName(person);
  const ask = async () => {
    setBusy(true);
    const done = await act(RequestContact, { input: { userId: person.id } });
    setBusy(false);
    if (done) say(t("people.added", { name }));
  };
  const takeBack = async (id: string) => {
    setBusy(true);
    await act(RemoveContact, { input: { contactId: id } });
    setBusy(false);
  };
  const { allowed, message } = person.viewerCanRequestContact;
  switch (contact?.state) {
    case undefined:
      if (!allowed) return null;
      return (
        <Button look="soft" icon={<UserPlus size={18} aria-hidden />} isBusy={isBusy} onClick={() => void ask()}>
          {t("people.add")}
        </Button>
      );
    case "ACCEPTED":
      return null;
    case "SENT":
      return (
        <>
          <Button look="soft" isBusy={isBusy} onClick={() => void takeBack(contact.id)}>
            {t("people.withdraw")}
          </Button>
          <p className={styles.state}>{t("people.isAsked", { name })}</p>
        </>
      );
    case "RECEIVED":
      return <Answer person={person} id={contact.id} />;
    case "DECLINED":
      if (!allowed) return <p className={styles.state}>{message}</p>;
      return (
        <>
          <Button look="soft" icon={<UserPlus size={18} aria-hidden />} isBusy={isBusy} onClick={() => void ask()}>
            {t("people.askAgain")}
          </Button>
          <p className={styles.state}>{t("people.wasDeclined")}</p>
        </>
      );
  }
}

function Answer({ person, id }: Props & { id: string }) {
  const { t } = useTranslation();
  const [busy, respond] = useAnswer({ id, user: person });
  return (
    <>
      <Button look="soft" isBusy={busy === "accept"} onClick={() => void respond(true)}>
        {t("people.accept")}
      </Button>
      <Button look="plain" isBusy={busy === "decline"} onClick={() => void respond(false)}>
        {t("people.decline")}
      </Button>
      <p className={styles.state}>{t("people.hasAsked", { name: calledName(person) })}</p>
    </>
  );
}

function Unblock({ person }: Props) {
  const { t } = useTranslation();
  const [, unblock] = useUnblock(person);
  return (
    <MenuItem icon={<Ban size={18} aria-hidden />} onSelect={() => void unblock()}>
      {t("people.unblock")}
    </MenuItem>
  );
}

function BlockedNote({ person }: Props) {
  const { t } = useTranslation();
  const [isBusy, unblock] = useUnblock(person);
  return (
    <div className={styles.blocked}>
      <p>{t("people.isBlocked", { name: calledName(person) })}</p>
      <Button look="soft" isBusy={isBusy} onClick={() => void unblock()}>
        {t("people.unblock")}
      </Button>
    </div>
  );
}
