import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Logo } from "../design/Logo";
import { chooseLanguage, LANGUAGES } from "../language/language";
import styles from "./Card.module.css";

type Props = { title: string; lead?: string; children: ReactNode; foot?: ReactNode };

/** The page of somebody who is not signed in. */
export function Card({ title, lead, children, foot }: Props) {
  const { t, i18n } = useTranslation();
  useEffect(() => {
    document.title = `${title} · ${t("app.name")}`;
  }, [title, t]);

  return (
    <div className={styles.page}>
      <main className={styles.card}>
        <div className={styles.brand}>
          <Logo size={40} />
          <span>{t("app.name")}</span>
        </div>
        <h1>{title}</h1>
        {lead !== undefined && <p className={styles.lead}>{lead}</p>}
        {children}
        {foot && <div className={styles.foot}>{foot}</div>}
      </main>
      <footer>
        <div className={styles.languages} aria-label={t("settings.appearance.language")} role="group">
          {LANGUAGES.map((code) => (
            <button
              key={code}
              type="button"
              lang={code}
              aria-pressed={i18n.language === code}
              onClick={() => void chooseLanguage(code)}
            >
              {new Intl.DisplayNames(code, { type: "language" }).of(code)}
            </button>
          ))}
        </div>
      </footer>
    </div>
  );
}
