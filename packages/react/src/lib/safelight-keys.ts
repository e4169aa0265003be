import { defaultBasePath, type GenerationStatus } from "@safelight/client/contract";

/** Which generations a history lists; what is left out does not narrow it. */
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
 * Keys of everything that the hooks keep in a TanStack Query cache, below one root per base path: two servers that
 * share a query client are told apart by it. `basePath` is `client.basePath`.
 *
 * @example
 * ```ts
 * await queryClient.invalidateQueries({ queryKey: safelightKeys.all() }); // after signing in
 * ```
 */
export const safelightKeys = {
  all: (basePath: string = defaultBasePath) => ["safelight", basePath] as const,
  active: (basePath?: string) => [...safelightKeys.all(basePath), "active"] as const,
  generations: (basePath?: string) => [...safelightKeys.all(basePath), "generation"] as const,
  generation: (id: string, basePath?: string) => [...safelightKeys.generations(basePath), id] as const,
  histories: (basePath?: string) => [...safelightKeys.all(basePath), "history"] as const,
  history: (filter: HistoryFilter = {}, basePath?: string) => [...safelightKeys.histories(basePath), filter] as const,
  credits: (basePath?: string) => [...safelightKeys.all(basePath), "credits"] as const,
};
