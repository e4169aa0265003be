import type { Generation } from "@safelight/client/contract";

/** The data of an owner at one sequence. */
export interface Snapshot {
  readonly sequence: number;
  /** Positions before this sequence cannot be continued. */
  readonly logStart: number;
  readonly generations: ReadonlyMap<string, Generation>;
  /** The sequence at which each was deleted. */
  readonly deleted: ReadonlyMap<string, number>;
  readonly balance: number;
}

/** A snapshot with everything that its response depends on. */
export interface ServedSnapshot extends Snapshot {
  readonly ownerTag: string;
  readonly timeline: string;
  /** Epoch milliseconds. */
  readonly servedAt: number;
}
