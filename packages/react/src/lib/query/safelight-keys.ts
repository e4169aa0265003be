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

/** {@link safelightKeys} bound to the `cacheKey` of one server. */
export function bindKeys(cacheKey: string) {
  const root = ["safelight", cacheKey] as const;
  return {
    all: () => root,
    active: () => [...root, "active"] as const,
    generations: () => [...root, "generation"] as const,
    generation: (id: string) => [...root, "generation", id] as const,
    histories: () => [...root, "history"] as const,
    history: ({ of, ...filter }: HistoryFilter = {}) =>
      ["safelight", galleryKeyOf(cacheKey, of), "history", filter] as const,
    credits: () => [...root, "credits"] as const,
  };
}

/**
 * Keys of all queries that the hooks cache, below one root per server, so that several servers can share a query client.
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
