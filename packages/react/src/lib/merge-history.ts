import type { Generation, HistoryResponse } from "@safelight/client/contract";
import type { HistoryFilter } from "./safelight-keys.js";

/**
 * Puts a changed generation where it belongs in the loaded pages of a history: replaces an older version, leaves when
 * the filter no longer fits, and enters at its place by age. What is older than everything loaded stays out: its page
 * will bring it. Returns the same array when nothing changes.
 */
export function mergeHistory(
  pages: readonly HistoryResponse[],
  filter: HistoryFilter,
  generation: Generation,
): readonly HistoryResponse[] {
  const matches = isMatch(generation, filter);
  const at = pages.findIndex((page) => page.generations.some(({ id }) => id === generation.id));
  if (at >= 0) {
    const held = pages[at]?.generations.find(({ id }) => id === generation.id);
    if (held !== undefined && held.version >= generation.version) return pages;
    return replacePage(pages, at, (all) => all.flatMap((old) => (old !== held ? [old] : matches ? [generation] : [])));
  }
  if (!matches) return pages;
  // Ids grow with the time of creation, and a history is newest first.
  const older = pages.findIndex((page) => page.generations.some(({ id }) => id < generation.id));
  if (older >= 0) {
    return replacePage(pages, older, (generations) => {
      const index = generations.findIndex(({ id }) => id < generation.id);
      return [...generations.slice(0, index), generation, ...generations.slice(index)];
    });
  }
  const last = pages.length - 1;
  return pages[last]?.nextCursor === null ? replacePage(pages, last, (all) => [...all, generation]) : pages;
}

/** Takes a deleted generation out of the loaded pages. Returns the same array when it is not there. */
export function removeFromHistory(pages: readonly HistoryResponse[], id: string): readonly HistoryResponse[] {
  const at = pages.findIndex((page) => page.generations.some((generation) => generation.id === id));
  return at < 0 ? pages : replacePage(pages, at, (all) => all.filter((generation) => generation.id !== id));
}

function isMatch(generation: Generation, { status, model, scope }: HistoryFilter): boolean {
  return (
    (status === undefined || generation.status === status) &&
    (model === undefined || generation.model === model) &&
    (scope === undefined || generation.scope === scope)
  );
}

function replacePage(
  pages: readonly HistoryResponse[],
  at: number,
  change: (generations: readonly Generation[]) => readonly Generation[],
): readonly HistoryResponse[] {
  return pages.map((page, index) => (index === at ? { ...page, generations: change(page.generations) } : page));
}
