import {
  Bell,
  Info,
  KeyRound,
  MonitorSmartphone,
  Palette,
  ShieldCheck,
  UserRound,
  type LucideIcon,
} from "lucide-react";
import type { ComponentType } from "react";
import { About } from "./About";
import { Account } from "./Account";
import { Appearance } from "./Appearance";
import { Devices } from "./Devices";
import { NotificationSettings } from "./NotificationSettings";
import { Privacy } from "./Privacy";
import { Profile } from "./Profile";

/** A page of the settings. */
export type Section = {
  name: "profile" | "account" | "devices" | "privacy" | "notifications" | "appearance" | "about";
  icon: LucideIcon;
  page: ComponentType;
};

/** The pages of the settings, in their order; the address of each is its name. */
export const SECTIONS: readonly [Section, ...Section[]] = [
  { name: "profile", icon: UserRound, page: Profile },
  { name: "account", icon: KeyRound, page: Account },
  { name: "devices", icon: MonitorSmartphone, page: Devices },
  { name: "privacy", icon: ShieldCheck, page: Privacy },
  { name: "notifications", icon: Bell, page: NotificationSettings },
  { name: "appearance", icon: Palette, page: Appearance },
  { name: "about", icon: Info, page: About },
];
