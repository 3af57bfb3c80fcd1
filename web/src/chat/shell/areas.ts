import { Bell, MessageCircle, Settings, UsersRound, type LucideIcon } from "lucide-react";
import { lazy, type ComponentType } from "react";
import type { AreaShape } from "./AreaSkeleton";

/** A part of the page that the main navigation leads to. */
export type Area = {
  path: string;
  label: "nav.chats" | "nav.people" | "nav.notifications" | "nav.settings";
  icon: LucideIcon;
  /** What it shows; the chats are laid out by `Layout` itself. */
  page: ComponentType | null;
  /** What stands there while its code is on its way. */
  shape: AreaShape;
};

/** The main navigation, in its order. */
export const AREAS: readonly Area[] = [
  { path: "/", label: "nav.chats", icon: MessageCircle, page: null, shape: "column" },
  {
    path: "/people",
    label: "nav.people",
    icon: UsersRound,
    page: lazy(() => import("../people/PeoplePage")),
    shape: "people",
  },
  {
    path: "/notifications",
    label: "nav.notifications",
    icon: Bell,
    page: lazy(() => import("../notifications/Notifications")),
    shape: "column",
  },
  {
    path: "/settings",
    label: "nav.settings",
    icon: Settings,
    page: lazy(() => import("../settings/Settings")),
    shape: "settings",
  },
];
