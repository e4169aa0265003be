import { defaultBasePath, type GenerationStatus } from "@safelight/client/contract";

/** Filter of a history. An omitted field matches every generation. */
export interface HistoryFilter {
  readonly status?: GenerationStatus | undefined;
  readonly model?: string | undefined;
  readonly scope?: string | undefined;
  /**
   * Generations per page, 1 to 100.
   * @default 20
   */
  readonly limit?: number | undefined;
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
  all: (cacheKey: string = defaultBasePath) => ["safelight", cacheKey] as const,
  active: (cacheKey?: string) => [...safelightKeys.all(cacheKey), "active"] as const,
  generations: (cacheKey?: string) => [...safelightKeys.all(cacheKey), "generation"] as const,
  generation: (id: string, cacheKey?: string) => [...safelightKeys.generations(cacheKey), id] as const,
  histories: (cacheKey?: string) => [...safelightKeys.all(cacheKey), "history"] as const,
  history: (filter: HistoryFilter = {}, cacheKey?: string) => [...safelightKeys.histories(cacheKey), filter] as const,
  credits: (cacheKey?: string) => [...safelightKeys.all(cacheKey), "credits"] as const,
};

/** The keys of one server. */
export type BoundKeys = ReturnType<typeof bindKeys>;

/** {@link safelightKeys} bound to the `cacheKey` of one server. */
export function bindKeys(cacheKey: string) {
  return {
    all: () => safelightKeys.all(cacheKey),
    active: () => safelightKeys.active(cacheKey),
    generations: () => safelightKeys.generations(cacheKey),
    generation: (id: string) => safelightKeys.generation(id, cacheKey),
    histories: () => safelightKeys.histories(cacheKey),
    history: (filter?: HistoryFilter) => safelightKeys.history(filter, cacheKey),
    credits: () => safelightKeys.credits(cacheKey),
  };
}
