import type { Cache, FieldArgs } from "@urql/exchange-graphcache";

/** How the cache names an object. */
export type Key = string;

/** How the cache names a conversation. */
export function conversationKey(id: string): Key {
  return `Conversation:${id}`;
}

/** Whatever shows this asks for it again. */
export function forget(cache: Cache, entity: Key, fieldName: string): void {
  for (const field of cache.inspectFields(entity)) {
    if (field.fieldName === fieldName) cache.invalidate(entity, field.fieldKey);
  }
}

/** Nobody knows what was missed: whatever is on screen is asked for again. */
export function forgetEverything(cache: Cache): void {
  cache.invalidate("Conversation");
  cache.invalidate("Query");
}

/** The pages of a connection that are there, by where they begin. */
export function pages(cache: Cache, entity: Key, fieldName: string, which: (args: FieldArgs) => boolean) {
  return cache.inspectFields(entity).flatMap((field) => {
    if (field.fieldName !== fieldName || !which(field.arguments)) return [];
    const page = cache.resolve(entity, field.fieldKey) as Key | null | undefined;
    if (!page) return [];
    return [{ page, args: field.arguments, nodes: (cache.resolve(page, "nodes") ?? []) as Key[] }];
  });
}

/** Takes an object out of every page of a list. */
export function takeOut(cache: Cache, entity: Key, fieldName: string, key: Key): void {
  for (const { page, nodes } of pages(cache, entity, fieldName, () => true)) {
    const others = nodes.filter((each) => each !== key);
    if (others.length < nodes.length) cache.link(page, "nodes", others);
  }
}

/** Whether more of a list follows on a page that is not there yet. */
export function isFull(cache: Cache, page: Key): boolean {
  const info = cache.resolve(page, "pageInfo") as Key | null | undefined;
  return info != null && cache.resolve(info, "hasNextPage") === true;
}
