import { CalendarDays, ExternalLink, MapPin, Pill, Stethoscope } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "../../language/format";
import type { Message } from "../fields";
import { useTab } from "./context";
import styles from "./CardView.module.css";

type Card = NonNullable<Message["card"]>;
type Appointment = Extract<Card, { __typename: "AppointmentCard" }>;

/** An appointment, a prescription or a case, as the thing it is. */
export function CardView({ card }: { card: Card }) {
  const { t } = useTranslation();
  switch (card.__typename) {
    case "AppointmentCard":
      return <AppointmentView card={card} />;
    case "PrescriptionCard":
      return (
        <Frame icon={<Pill size={18} aria-hidden />} kind={t("kinds.PRESCRIPTION")}>
          <p className={styles.title} dir="auto">
            {card.medication}
          </p>
          <p dir="auto">{card.dose}</p>
          {card.instructions !== null && (
            <p className={styles.more} dir="auto">
              {card.instructions}
            </p>
          )}
        </Frame>
      );
    case "CaseCard":
      return (
        <Frame icon={<Stethoscope size={18} aria-hidden />} kind={t("kinds.CASE")}>
          <p dir="auto">{card.summary}</p>
          {card.findings !== null && (
            <div className={styles.more}>
              <p className={styles.title}>{t("cards.findings")}</p>
              <p dir="auto">{card.findings}</p>
            </div>
          )}
        </Frame>
      );
  }
}

function Frame({ icon, kind, children }: { icon: ReactNode; kind: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.card}>
      <p className={styles.kind}>
        {icon}
        {kind}
      </p>
      {children}
    </section>
  );
}

function AppointmentView({ card }: { card: Appointment }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const tab = useTab();
  return (
    <Frame
      icon={<CalendarDays size={18} aria-hidden />}
      kind={
        <>
          {t("kinds.APPOINTMENT")}
          <span className={styles.state} data-state={card.appointment}>
            {t(`cards.states.${card.appointment}`)}
          </span>
        </>
      }
    >
      <p className={styles.title} data-state={card.appointment}>
        <time dateTime={card.startsAt}>{formats.span(card.startsAt, card.endsAt)}</time>
      </p>
      {card.place !== null && (
        <p className={styles.where} dir="auto">
          <MapPin size={16} aria-hidden />
          {card.place}
        </p>
      )}
      {card.link?.startsWith("https://") && (
        <p className={styles.where}>
          <ExternalLink size={16} aria-hidden />
          <a
            href={card.link}
            target="_blank"
            rel="noopener noreferrer nofollow"
            referrerPolicy="no-referrer"
            tabIndex={tab}
          >
            {t("cards.join", { host: new URL(card.link).host })}
          </a>
        </p>
      )}
    </Frame>
  );
}
