import { CalendarPlus, ClipboardPlus, Paperclip, Pill, Plus, TimerReset, TriangleAlert } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Viewer } from "../api/viewer";
import { IconButton } from "../design/IconButton";
import { Menu, MenuItem } from "../design/Menu";
import { changeDraft } from "../unsent/drafts";
import type { CardInput, Draft } from "../unsent/kept";
import { ENDINGS } from "./choosing";
import type { CardKind } from "./CardDialog";
import styles from "./Composer.module.css";

const CardDialog = lazy(() => import("./CardDialog"));
const ExpiryDialog = lazy(() => import("./ExpiryDialog"));

type Role = Viewer["user"]["role"];
type Props = {
  draft: Draft;
  role: Role;
  mayExpire: boolean;
  onFiles: (files: File[]) => void;
  onCard: (card: CardInput) => void;
};

/** Who may send which card. */
const CARDS: readonly { kind: CardKind; icon: typeof Pill; roles: readonly Role[] }[] = [
  { kind: "appointment", icon: CalendarPlus, roles: ["CLINICIAN", "STAFF", "ADMIN"] },
  { kind: "prescription", icon: Pill, roles: ["CLINICIAN"] },
  { kind: "case", icon: ClipboardPlus, roles: ["CLINICIAN", "STUDENT"] },
];

/** What a message can have besides its text. */
export function AddMenu({ draft, role, mayExpire, onFiles, onCard }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<CardKind | "expiry">();
  const chooser = useRef<HTMLInputElement>(null);
  const close = () => setOpen(undefined);
  const cards = CARDS.filter((card) => card.roles.includes(role));
  const { conversationId, isUrgent } = draft;
  return (
    <>
      <Menu align="start" trigger={<IconButton label={t("composer.add")} icon={<Plus size={22} aria-hidden />} />}>
        <MenuItem icon={<Paperclip size={18} aria-hidden />} onSelect={() => chooser.current?.click()}>
          {t("composer.files")}
        </MenuItem>
        {cards.map(({ kind, icon: Icon }) => (
          <MenuItem key={kind} icon={<Icon size={18} aria-hidden />} onSelect={() => setOpen(kind)}>
            {t(`cards.${kind}.title`)}
          </MenuItem>
        ))}
        <MenuItem
          icon={<TriangleAlert size={18} aria-hidden />}
          onSelect={() => changeDraft(conversationId, { isUrgent: !isUrgent })}
        >
          {t(isUrgent ? "composer.notUrgent" : "composer.makeUrgent")}
        </MenuItem>
        <MenuItem
          icon={<TimerReset size={18} aria-hidden />}
          reason={mayExpire ? null : t("composer.neverExpires")}
          onSelect={() => setOpen("expiry")}
        >
          {t("composer.makeExpire")}
        </MenuItem>
      </Menu>
      <input
        ref={chooser}
        className={styles.chooser}
        type="file"
        multiple
        tabIndex={-1}
        aria-hidden
        accept={ENDINGS.map((ending) => `.${ending}`).join()}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // The same file may be chosen again after it was removed.
          event.target.value = "";
        }}
      />
      <Suspense fallback={null}>
        {open === "expiry" && <ExpiryDialog draft={draft} onClose={close} />}
        {open !== undefined && open !== "expiry" && <CardDialog kind={open} onClose={close} onSend={onCard} />}
      </Suspense>
    </>
  );
}
