import { useState } from "react";
import { useLocation } from "wouter";
import { useAct } from "../api/act";
import type { Pickable } from "../people/person";
import { OpenDirect } from "./operations";

/** Opens the conversation with somebody and goes there: the one there is, or a new one. True when it went there. */
export function useOpenDirect() {
  const act = useAct();
  const [, go] = useLocation();
  const [openingWith, setOpeningWith] = useState<string>();
  const open = async ({ id, conversationWithViewer }: Pick<Pickable, "id" | "conversationWithViewer">) => {
    let conversationId = conversationWithViewer?.id;
    if (conversationId === undefined) {
      setOpeningWith(id);
      const done = await act(OpenDirect, { input: { userId: id } });
      setOpeningWith(undefined);
      conversationId = done?.openDirectConversation?.conversation?.id;
    }
    if (conversationId !== undefined) go(`/c/${conversationId}`);
    return conversationId !== undefined;
  };
  return { open, openingWith };
}
