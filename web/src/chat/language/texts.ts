import type en from "./texts/en";

/** What a language has to say. */
export type Texts = typeof en;

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: Texts };
  }
}
