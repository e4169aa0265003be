import type { Generation } from "@safelight/client/contract";

const maxGenerations = 1_000;

/**
 * The newest version of each recently changed generation, by id, for responses that predate the change and arrive later;
 * `null` if it was deleted. Iterates from the oldest change to the newest.
 */
export class GenerationLru extends Map<string, Generation | null> {
  /** Every change after this sequence is remembered. */
  completeSince = 0;

  /** Remembers a change as the newest one, and forgets the oldest of more than a thousand. */
  override set(id: string, generation: Generation | null): this {
    this.delete(id);
    super.set(id, generation);
    const [oldest] = this;
    if (oldest && this.size > maxGenerations) {
      this.delete(oldest[0]);
      this.completeSince = Math.max(this.completeSince, oldest[1]?.sequence ?? 0);
    }
    return this;
  }
}
