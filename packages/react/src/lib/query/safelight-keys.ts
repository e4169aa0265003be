import { defaultBasePath, type Gallery, type GenerationStatus } from "@safelight/client/contract";
import type { QueryKey } from "@tanstack/react-query";
import { galleryKeyOf, isTeamKey, serverKeyOf } from "./team-client.js";

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

/** The last part of each key of a team's gallery, whose data is below the same root as the owner's. */
const teamPart = { of: "team" } as const;

/** Key of a query of a gallery, or of all below it. */
export function keyOf<const Parts extends readonly unknown[]>(
  cacheKey: string,
  ...parts: Parts
): readonly ["safelight", string, ...Parts] {
  const key = ["safelight", serverKeyOf(cacheKey), ...parts] as const;
  // The part of the team is beyond what callers read.
  return isTeamKey(cacheKey) ? ([...key, teamPart] as unknown as typeof key) : key;
}

/** Whether a query is one of a gallery. The key of an own history ends with a filter without `of`. */
export function isOfGallery([name, server, ...parts]: QueryKey, cacheKey: string): boolean {
  const last = parts.at(-1) as Partial<typeof teamPart> | undefined;
  return name === "safelight" && server === serverKeyOf(cacheKey) && (last?.of === "team") === isTeamKey(cacheKey);
}

/** {@link safelightKeys} bound to the `cacheKey` of one server. */
export function bindKeys(cacheKey: string) {
  return {
    all: () => keyOf(cacheKey),
    active: () => keyOf(cacheKey, "active"),
    generations: () => keyOf(cacheKey, "generation"),
    generation: (id: string) => keyOf(cacheKey, "generation", id),
    histories: () => keyOf(cacheKey, "history"),
    history: ({ of, ...filter }: HistoryFilter = {}) => keyOf(galleryKeyOf(cacheKey, of), "history", filter),
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
