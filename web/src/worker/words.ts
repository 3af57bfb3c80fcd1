/** Where the page leaves the words for the service worker: the name of a cache, and of what is in it. */
export const WORDS = "/words";

/** What a pushed notification says: of a message, of anything else, and what to do. */
export type Words = { message: string; other: string; body: string };
