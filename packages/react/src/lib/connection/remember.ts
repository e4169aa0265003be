import type { Generation } from "@safelight/client/contract";

/** How many generations are remembered, for answers that were made before they changed and arrive after. */
const longestMemory = 1_000;

const heard = new WeakMap<Generation, number>();

/**
 * Notes the newest form of a generation behind everything that changed before it; `null` where it was deleted.
 *
 * @returns the sequence of what is forgotten for it; 0 where nothing is.
 */
export function remember(known: Map<string, Generation | null>, id: string, generation: Generation | null): number {
  known.delete(id);
  known.set(id, generation);
  if (generation !== null) heard.set(generation, Date.now());
  const [oldest] = known;
  if (known.size <= longestMemory || oldest === undefined) return 0;
  known.delete(oldest[0]);
  return oldest[1]?.sequence ?? 0;
}

/** When what is remembered was heard of, in epoch milliseconds on this device; `undefined` where it is not. */
export function heardAtOf(generation: Generation): number | undefined {
  return heard.get(generation);
}
