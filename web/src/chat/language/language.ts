import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Texts } from "./texts";

const KEY = "bedside.language";
const files = import.meta.glob<Texts>("./texts/*.ts", { import: "default" });
const codes = Object.keys(files).map((path) => path.replace(/^.*\/|\.ts$/g, ""));

/** The languages there are, by their codes. */
export const LANGUAGES: readonly string[] = codes;

async function load(code: string): Promise<void> {
  const texts = await files[`./texts/${code}.ts`]?.();
  if (texts) i18next.addResourceBundle(code, "translation", texts);
}

function preferred(): string {
  const wishes = [localStorage.getItem(KEY) ?? "", ...navigator.languages];
  return wishes.map((wish) => wish.slice(0, 2)).find((wish) => codes.includes(wish)) ?? "en";
}

/** Speaks the language that was chosen here, or else the one the browser prefers. */
export async function startLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: preferred(),
    resources: {},
    fallbackLng: false,
    interpolation: { escapeValue: false },
  });
  await speak(preferred());
}

async function speak(code: string): Promise<void> {
  await load(code);
  await i18next.changeLanguage(code);
  document.documentElement.lang = code;
}

/** Speaks another language from now on, on this device. */
export async function chooseLanguage(code: string): Promise<void> {
  localStorage.setItem(KEY, code);
  await speak(code);
}
