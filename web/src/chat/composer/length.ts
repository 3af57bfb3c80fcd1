/** The longest text of a message, in characters as the server counts them. */
export const LONGEST = 5_000;
/** From here on the writer is told how much room is left. */
export const LONG = 4_500;

/** The length of a text as the server counts it: without blanks around it, in Unicode scalar values. */
export function lengthOf(text: string): number {
  // An array takes a string by its scalar values, not by the units it is stored in.
  return Array.from(text.trim()).length;
}
