import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";

const DAY = 24 * 3600_000;
const SIZES = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

/** How many midnights ago. */
export function daysAgo(time: number, now: number): number {
  return Math.round((startOfDay(now) - startOfDay(time)) / DAY);
}

/** How long something takes to play: 1:05 */
export function duration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Dates, times and numbers as they are written in a language. */
export function formats(language: string) {
  const clock = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
  const weekday = new Intl.DateTimeFormat(language, { weekday: "long" });
  const shortWeekday = new Intl.DateTimeFormat(language, { weekday: "short" });
  const thisYear = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
  const date = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric" });
  const long = new Intl.DateTimeFormat(language, { dateStyle: "full" });
  const exact = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "medium" });
  const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const appointment = new Intl.DateTimeFormat(language, {
    ...{ weekday: "long", day: "numeric", month: "long" },
    ...{ hour: "numeric", minute: "2-digit" },
  });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const short = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  const list = new Intl.ListFormat(language, { type: "conjunction" });
  const number = new Intl.NumberFormat(language);
  const percent = new Intl.NumberFormat(language, { style: "percent" });
  const day = (time: number, now: number) =>
    new Date(time).getFullYear() === new Date(now).getFullYear() ? thisYear.format(time) : date.format(time);

  return {
    /** 14:05 */
    clock: (iso: string) => clock.format(Date.parse(iso)),
    /** 5 Nov 2026 */
    date: (iso: string) => date.format(Date.parse(iso)),
    /** The exact moment, for a tooltip. */
    exact: (iso: string) => exact.format(Date.parse(iso)),
    /** For a list: the time today, then yesterday, a weekday, a date. */
    brief: (iso: string, now = Date.now()) => {
      const time = Date.parse(iso);
      const days = daysAgo(time, now);
      if (days <= 0) return clock.format(time);
      if (days === 1) return relative.format(-1, "day");
      return days < 7 ? shortWeekday.format(time) : day(time, now);
    },
    /** For the head of a day: today, yesterday, a weekday, a full date. */
    day: (iso: string, now = Date.now()) => {
      const time = Date.parse(iso);
      const days = daysAgo(time, now);
      if (days === 0 || days === 1) return relative.format(-days, "day");
      return days > 1 && days < 7 ? weekday.format(time) : long.format(time);
    },
    /** 24 Nov 2026, 08:00 */
    moment: (iso: string) => moment.format(Date.parse(iso)),
    /** 5 minutes ago. */
    ago: (iso: string, now = Date.now()) => {
      const seconds = Math.max((now - Date.parse(iso)) / 1000, 0);
      if (seconds < 3600) return relative.format(-Math.round(seconds / 60), "minute");
      if (seconds < 24 * 3600) return relative.format(-Math.round(seconds / 3600), "hour");
      return relative.format(-daysAgo(Date.parse(iso), now), "day");
    },
    /** 5 min. ago, of what was sent within the hour. */
    minutesAgo: (iso: string, now: number) => short.format(-Math.round((now - Date.parse(iso)) / 60_000), "minute"),
    /** Ada, Marek and Noor */
    list: (items: readonly string[]) => list.format(items),
    number: (value: number) => number.format(value),
    /** 1.4 MB */
    size: (bytes: number) => {
      const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), SIZES.length - 1);
      return new Intl.NumberFormat(language, {
        style: "unit",
        unit: SIZES[step] ?? "byte",
        unitDisplay: step === 0 ? "long" : "short",
        maximumFractionDigits: step < 2 ? 0 : 1,
      }).format(bytes / 1000 ** step);
    },
    /** 1:05, of sound and film. */
    length: (ms: number) => {
      const seconds = Math.round(ms / 1000);
      return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    },
    /** Tuesday 3 March, 14:00 – 14:30 */
    span: (from: string, to: string | null) =>
      to === null ? appointment.format(Date.parse(from)) : appointment.formatRange(Date.parse(from), Date.parse(to)),
    /** 45 % */
    percent: (part: number) => percent.format(part),
  };
}

/** The language of the page as it is written where the reader lives, when the browser says so. */
function regional(language: string): string {
  return navigator.languages.find((wish) => wish.split("-")[0] === language) ?? language;
}

const remembered = new Map<string, ReturnType<typeof formats>>();

/** Dates, times and numbers in the language of the page. */
export function useFormats(): ReturnType<typeof formats> {
  const { language } = useTranslation().i18n;
  const known = remembered.get(language) ?? formats(regional(language));
  remembered.set(language, known);
  return known;
}

let minute = Date.now();
const watchers = new Set<() => void>();
let clock: ReturnType<typeof setInterval> | undefined;

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  clock ??= setInterval(() => {
    minute = Date.now();
    for (const each of watchers) each();
  }, 60_000);
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    clearInterval(clock);
    clock = undefined;
  };
}

/** The time, anew every minute, for what is shown relative to it. */
export function useMinute(): number {
  return useSyncExternalStore(watch, () => minute);
}
