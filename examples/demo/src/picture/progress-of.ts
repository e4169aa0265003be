import type { Generation } from "@safelight/client/contract";

/** How far a generation is, from 0 to 1. What nobody knows yet counts as 0, what ended as 1. */
export function progressOf(generation: Generation): number {
  return generation.status === "completed" ? 1 : (generation.progress.value ?? 0);
}

/** The same as a whole number of percent. */
export function percentOf(generation: Generation): number {
  return Math.round(progressOf(generation) * 100);
}
