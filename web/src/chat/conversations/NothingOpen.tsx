import { MessagesSquare } from "lucide-react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../design/EmptyState";
import { useConversations } from "./useConversations";
import { VIEWS } from "./views";

/** Stands beside the list while no conversation is open. */
export function NothingOpen() {
  const { t } = useTranslation();
  const { rows } = useConversations(VIEWS.all);
  const isNew = rows?.length === 0;
  return (
    <EmptyState
      icon={<MessagesSquare size={32} />}
      title={t(isNew ? "conversations.welcome" : "conversations.pick")}
      lead={t("conversations.pickLead")}
    />
  );
}
