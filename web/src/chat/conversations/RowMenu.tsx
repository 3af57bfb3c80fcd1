import {
  Archive,
  ArchiveRestore,
  Bell,
  BellOff,
  EllipsisVertical,
  Mail,
  MailOpen,
  Star,
  StarOff,
  type LucideIcon,
} from "lucide-react";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../design/IconButton";
import { Menu, MenuItem, MenuLine } from "../design/Menu";
import { nameOf } from "./preview";
import type { Row } from "./row";
import { useRowActions, type RowAction } from "./useRowActions";
import styles from "./ConversationRow.module.css";

const ICONS: Record<RowAction, LucideIcon> = {
  markRead: MailOpen,
  markUnread: Mail,
  favourite: Star,
  notFavourite: StarOff,
  mute: BellOff,
  unmute: Bell,
  archive: Archive,
  takeBack: ArchiveRestore,
};

type Props = { row: Row; isOpen: boolean; onOpenChange: (isOpen: boolean) => void };

/** What the viewer can do with a conversation without opening it. */
export function RowMenu({ row, isOpen, onOpenChange }: Props) {
  const { t } = useTranslation();
  const actions = useRowActions(row);
  return (
    <Menu
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      trigger={
        <IconButton
          className={styles.more}
          label={t("conversations.actions", { name: nameOf(row) })}
          icon={<EllipsisVertical size={18} aria-hidden />}
        />
      }
    >
      {(Object.keys(ICONS) as RowAction[]).map((key) => {
        const Icon = ICONS[key];
        const act = actions[key];
        return (
          act && (
            <Fragment key={key}>
              {(key === "archive" || key === "takeBack") && <MenuLine />}
              <MenuItem icon={<Icon size={18} aria-hidden />} onSelect={act}>
                {t(`conversations.${key}`)}
              </MenuItem>
            </Fragment>
          )
        );
      })}
    </Menu>
  );
}
