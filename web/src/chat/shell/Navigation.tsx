import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { Badge } from "../design/Badge";
import { Logo } from "../design/Logo";
import { showOnIcon } from "../notifications/icon";
import { useTelling } from "../notifications/useTelling";
import { useUnread } from "../notifications/useUnread";
import { useWaiting } from "../people/waiting";
import { AREAS } from "./areas";
import { useUnreadTotal } from "./unread";
import styles from "./Navigation.module.css";

/** The main navigation: a rail at the side, on a phone a bar below. */
export function Navigation() {
  const { t } = useTranslation();
  const [path] = useLocation();
  const total = useUnreadTotal();
  const entries = useUnread();
  const unread = total ?? 0;
  const told = entries?.length ?? 0;
  const waiting = useWaiting();
  useTelling();
  const badges: Record<string, [number, string]> = {
    "/": [unread, t("conversations.unread", { count: unread })],
    "/people": [waiting, t("people.waiting", { count: waiting })],
    "/notifications": [told, t("notifications.count", { count: told })],
  };
  const now = AREAS.findLast((area) => path.startsWith(area.path)) ?? AREAS[0];

  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) ${t("app.name")}` : t("app.name");
  }, [unread, t]);

  const isKnown = total !== undefined && entries !== undefined;
  useEffect(() => {
    if (isKnown) showOnIcon(unread + told);
  }, [isKnown, unread, told]);

  return (
    <nav className={styles.nav} aria-label={t("nav.label")} data-open={path.startsWith("/c/") || undefined}>
      <span className={styles.logo}>
        <Logo size={36} />
      </span>
      <ul>
        {AREAS.map((area) => {
          const [count, label] = badges[area.path] ?? [0, ""];
          return (
            <li key={area.path}>
              <Link href={area.path} className={styles.link} aria-current={area === now ? "page" : undefined}>
                <area.icon size={22} aria-hidden />
                <span className={styles.label}>{t(area.label)}</span>
                {count > 0 && (
                  <span className={styles.badge}>
                    <Badge count={count} label={label} />
                  </span>
                )}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
