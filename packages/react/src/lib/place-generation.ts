import type { Generation } from "@safelight/client/contract";

/**
 * Puts a generation into a list at its place, newest first, in exchange for an older version of it; `null` takes it out.
 * Returns the same list when nothing changes.
 */
export function placeGeneration(
  list: readonly Generation[],
  id: string,
  generation: Generation | null,
  // Ids grow with the time of creation.
  newestBy: "id" | "finishedAt" = "id",
): readonly Generation[] {
  const held = list.find((other) => other.id === id);
  if (held === undefined ? generation === null : generation !== null && held.version >= generation.version) return list;
  const others = list.filter((other) => other !== held);
  if (generation === null) return others;
  return [...others, generation].sort((left, right) => ((left[newestBy] ?? "") < (right[newestBy] ?? "") ? 1 : -1));
}
