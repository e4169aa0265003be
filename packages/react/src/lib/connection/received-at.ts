import type { Generation } from "@safelight/client/contract";

const receivedAt = new WeakMap<Generation, number>();

/** Notes when this device received a version of a generation, in epoch milliseconds. */
export function markReceived(generation: Generation, now: number): void {
  receivedAt.set(generation, now);
}

/** When this device received this version; `undefined` if unknown. */
export function receivedAtOf(generation: Generation): number | undefined {
  return receivedAt.get(generation);
}
