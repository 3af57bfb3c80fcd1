import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { version } from "../../../package.json";
import { Logo } from "../design/Logo";
import { Card } from "./Card";
import styles from "./Card.module.css";

/** What this is. */
export function About() {
  const { t } = useTranslation();
  const hasExplorer = useHasExplorer();
  return (
    <div>
      <Card>
        <Logo size={56} />
        <dl className={styles.facts}>
          <dt>{t("settings.about.version")}</dt>
          <dd>{version}</dd>
          <dt>{t("settings.about.server")}</dt>
          <dd>{location.host}</dd>
        </dl>
        <p>{t("settings.about.privacy")}</p>
      </Card>
      {hasExplorer && (
        <Card title={t("settings.about.explorer")} lead={t("settings.about.explorerLead")}>
          <a href="/">{t("settings.about.openExplorer")}</a>
        </Card>
      )}
    </div>
  );
}

/** Whether the server shows GraphiQL; where it does not, its address leads here. */
function useHasExplorer(): boolean {
  const [isThere, setThere] = useState(false);
  useEffect(() => {
    let isWanted = true;
    fetch("/", { method: "HEAD", redirect: "manual" }).then(
      (answer) => isWanted && setThere(answer.ok),
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, []);
  return isThere;
}
