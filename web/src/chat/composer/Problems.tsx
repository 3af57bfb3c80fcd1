import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../design/IconButton";
import { MOST_FILES, tellProblems, useProblems } from "./choosing";
import styles from "./Composer.module.css";

/** Which files were not taken, why, and what to do. */
export function Problems({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation();
  const problems = useProblems(conversationId);
  return (
    <div role="alert">
      {problems.length > 0 && (
        <div className={styles.problems}>
          <ul>
            {problems.map(({ name, why }, index) => (
              <li key={index}>
                <strong dir="auto">{name}</strong> {t(`composer.problem.${why}`, { count: MOST_FILES })}
              </li>
            ))}
          </ul>
          <IconButton
            label={t("common.close")}
            icon={<X size={18} aria-hidden />}
            onClick={() => tellProblems(conversationId, [])}
          />
        </div>
      )}
    </div>
  );
}
