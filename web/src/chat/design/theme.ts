import { deviceChoice } from "./deviceChoice";

/** Which colours the page has: those of the device, or chosen ones. */
export const theme = deviceChoice("theme", ["system", "light", "dark"]);

/** How large everything is written. */
export const textSize = deviceChoice("size", ["normal", "large", "larger"]);

/** Gives the page its colours and sizes. */
export function startTheme(): void {
  theme.show();
  textSize.show();
}
