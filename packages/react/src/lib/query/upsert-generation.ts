import { type Generation, newerGeneration } from "@safelight/client/contract";

/**
 * Inserts a generation into a list, newest first, replacing an older version of it; `null` removes it. Returns the same
 * list if nothing changes.
 *
 * @param options `sequence`: last change that the list includes. A generation that is missing from the list and has not
 *   changed since is not inserted.
 */
// biome-ignore lint/complexity/useMaxParams: an object would add bytes to each page
export function upsertGeneration(
  list: readonly Generation[],
  id: string,
  generation: Generation | null,
  // Ids sort by creation time.
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
  // Times may be equal; ids are not.
  const orderOf = (one: Generation) => `${one[newestBy]} ${one.id}`;
  return [...others, generation].sort((left, right) => (orderOf(left) < orderOf(right) ? 1 : -1));
}
