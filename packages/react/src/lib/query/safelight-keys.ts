import { defaultBasePath, type Gallery, type GenerationStatus } from "@safelight/client/contract";
import { galleryKeyOf } from "./team-client.js";

/** Filter of a history. An omitted field matches every generation. */
export interface HistoryFilter {
  readonly status?: GenerationStatus | undefined;
  readonly model?: string | undefined;
  readonly scope?: string | undefined;
  /** `"team"`: of the gallery of the caller's team, without `groupId`. @default "own" */
  readonly of?: Gallery | undefined;
  /** Of one submit of several. */
  readonly groupId?: string | undefined;
  /**
   * Generations per page, 1 to 100.
   * @default 20
   */
  readonly limit?: number | undefined;
}

/** The keys of one server. */
export type BoundKeys = ReturnType<typeof bindKeys>;

/**
 * Key of a query, or of all below it. That of the team's gallery ends with `"team"`, so that the same key of the owner's
 * gallery is its beginning. It is separate from the record of all keys, of which a page uses few.
 */
export function keyOf<const Parts extends readonly unknown[]>(
  cacheKey: string,
  ...parts: Parts
): readonly ["safelight", string, ...Parts] {
  const [server, ...gallery] = cacheKey.split("\n");
  // Callers read no part after their own.
  return ["safelight", server, ...parts, ...gallery] as unknown as readonly ["safelight", string, ...Parts];
}

/** Key of a history. */
export function historyKey(cacheKey: string, { of, ...filter }: HistoryFilter = {}) {
  return keyOf(galleryKeyOf(cacheKey, of), "history", filter);
}

/** {@link safelightKeys} bound to the `cacheKey` of one server. */
export function bindKeys(cacheKey: string) {
  return {
    all: () => keyOf(cacheKey),
    active: () => keyOf(cacheKey, "active"),
    generations: () => keyOf(cacheKey, "generation"),
    generation: (id: string) => keyOf(cacheKey, "generation", id),
    histories: () => keyOf(cacheKey, "history"),
    history: (filter?: HistoryFilter) => historyKey(cacheKey, filter),
    credits: () => keyOf(cacheKey, "credits"),
  };
}

/**
 * Keys of all queries that the hooks cache, below one root per server, so that several servers can share a query client.
 * Each is also the beginning of the same key of the team's gallery.
 * `cacheKey` is `client.cacheKey`, by default that of a client without options.
 *
 * @example
 * ```ts
 * await queryClient.invalidateQueries({ queryKey: safelightKeys.all() }); // after signing in
 * ```
 */
export const safelightKeys = {
  all: (cacheKey: string = defaultBasePath) => bindKeys(cacheKey).all(),
  active: (cacheKey: string = defaultBasePath) => bindKeys(cacheKey).active(),
  generations: (cacheKey: string = defaultBasePath) => bindKeys(cacheKey).generations(),
  generation: (id: string, cacheKey: string = defaultBasePath) => bindKeys(cacheKey).generation(id),
  histories: (cacheKey: string = defaultBasePath) => bindKeys(cacheKey).histories(),
  history: (filter: HistoryFilter = {}, cacheKey: string = defaultBasePath) => bindKeys(cacheKey).history(filter),
  credits: (cacheKey: string = defaultBasePath) => bindKeys(cacheKey).credits(),
};
