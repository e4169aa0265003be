import { type Generation, newerGeneration } from "@safelight/client/contract";

/**
 * Puts a generation into a list at its place, newest first, in exchange for an older form of it; `null` takes it out.
 * Returns the same list when nothing changes.
 *
 * @param answer up to which of the owner's changes the list is complete: what is not in it and has not changed since is
 *   left out for a reason.
 */
export function placeGeneration(
  list: readonly Generation[],
  id: string,
  generation: Generation | null,
  // Ids grow with the time of creation.
  { sequence = -1, newestBy = "id" }: { readonly sequence?: number; readonly newestBy?: "id" | "finishedAt" } = {},
): readonly Generation[] {
  const held = list.find((other) => other.id === id);
  if (
    held === undefined
      ? (generation?.sequence ?? -1) <= sequence
      : generation && newerGeneration(held, generation) === held
  )
    return list;
  const others = list.filter((other) => other !== held);
  if (generation === null) return others;
  return [...others, generation].sort((left, right) => ((left[newestBy] ?? "") < (right[newestBy] ?? "") ? 1 : -1));
}
