import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useKeepPush } from "./push";
import { useSound } from "./useSound";
import { giveWords, onPressed } from "./worker";

/** Tells the viewer of what is new in the ways they chose, and goes where a pressed notification leads. */
export function useTelling(): void {
  const { t } = useTranslation();
  const [, go] = useLocation();
  useSound();
  useKeepPush();
  useEffect(() => void giveWords(t), [t]);
  useEffect(() => onPressed(go), [go]);
}
