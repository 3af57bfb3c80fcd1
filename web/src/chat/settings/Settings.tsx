import { ArrowLeft, ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useRoute } from "wouter";
import { useViewer } from "../api/viewer";
import { Avatar } from "../design/Avatar";
import { IconButton } from "../design/IconButton";
import { SignOutButton } from "../session/SignOutButton";
import { SECTIONS } from "./sections";
import styles from "./Settings.module.css";

/** The settings: their pages at the side and one of them open; on a phone one after the other. */
export default function Settings() {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [, route] = useRoute("/settings/:name");
  const chosen = SECTIONS.find(({ name }) => name === route?.name);
  const section = chosen ?? SECTIONS[0];

  return (
    <div className={styles.settings} data-view={chosen ? "section" : "sections"}>
      <div className={styles.side}>
        <h1>{t("settings.title")}</h1>
        <Me />
        <nav aria-label={t("settings.title")}>
          <ul>
            {SECTIONS.map(({ name, icon: Icon }) => (
              <li key={name}>
                <Link
                  href={`/settings/${name}`}
                  className={styles.link}
                  aria-current={name === section.name ? "page" : undefined}
                >
                  <Icon size={20} aria-hidden />
                  {t(`settings.sections.${name}`)}
                  <ChevronRight size={18} className={styles.chevron} aria-hidden />
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <SignOutButton className={styles.signOut} />
      </div>
      <div className={styles.section} key={section.name}>
        <header className={styles.head}>
          <IconButton
            className={styles.back}
            label={t("common.back")}
            icon={<ArrowLeft size={22} aria-hidden />}
            onClick={() => go("/settings")}
          />
          <h1>{t(`settings.sections.${section.name}`)}</h1>
        </header>
        <section.page />
      </div>
    </div>
  );
}

function Me() {
  const { user } = useViewer();
  return (
    <div className={styles.me}>
      <Avatar person={user} size="l" />
      <div>
        <p className={styles.name} dir="auto">
          {user.fullName}
        </p>
        <p className={styles.quiet}>@{user.username}</p>
      </div>
    </div>
  );
}
