import type { Generation } from "@safelight/client/contract";

/** The data of an owner at one sequence. */
export interface Snapshot {
  readonly sequence: number;
  readonly generations: ReadonlyMap<string, Generation>;
  /** The sequence at which each was deleted. */
  readonly deleted: ReadonlyMap<string, number>;
}
