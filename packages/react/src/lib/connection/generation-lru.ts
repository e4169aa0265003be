import type { GenerationChange } from "../query/merge-generation.js";

const maxGenerations = 1_000;

/** A change of a generation, with the position in the owner's changes. */
export interface SequencedChange extends GenerationChange {
  readonly sequence: number;
}

/**
 * The newest change of each recently changed generation, by id, for responses that predate the change and arrive later.
 * Iterates from the oldest change to the newest.
 */
export class GenerationLru extends Map<string, SequencedChange> {
  /** Every change after this sequence is remembered. */
  completeSince = 0;

  /** Remembers a change as the newest one, and forgets the oldest of more than a thousand. */
  remember(change: SequencedChange): void {
    this.delete(change.id);
    this.set(change.id, change);
    const [oldest] = this.values();
    if (oldest && this.size > maxGenerations) {
      this.delete(oldest.id);
      this.completeSince = Math.max(this.completeSince, oldest.sequence);
    }
  }
}
