import type { GroundSource, StoreKind } from "./ground/proving-ground.js";

/** Size of a run: `short` runs with the tests, in seconds; `long` runs before a release, in minutes. */
export type ProofScale = "short" | "long";

/** Parameters of a run. */
export interface ProofRun {
  readonly scale: ProofScale;
  /** The same seed plays the same history, as far as real processes allow. */
  readonly seed: number;
  /** The place of the databases that the proof creates. */
  readonly ground: GroundSource;
  /** Texts of sources that differ from their files, by absolute path, for processes that the proof starts. @default none */
  readonly replaced?: ReadonlyMap<string, string>;
  /** Called with the progress of the run. */
  readonly onProgress?: (done: number, of: number) => void;
}

/** One row of the table that `pnpm prove` prints. */
export interface ProofResult {
  /** Number of histories, requests or cells; the title of the proof names the unit. */
  readonly runs: number;
  /** Number of faults injected: kills, lost responses, refusals, forged requests. */
  readonly faults: number;
  /** Broken promises, described so that a reader can repeat them. Empty when all promises held. */
  readonly violations: readonly string[];
  /** Further figures by name, such as `{ "recovery p99": "1,204 ms" }`. */
  readonly figures?: Readonly<Record<string, string>>;
}

/** A fault test, and the promises that it checks. */
export interface Proof {
  /** Such as `"F2"`. */
  readonly id: string;
  /** A few words, with the unit of its runs. */
  readonly title: string;
  /** Ids of the promises, such as `"I1"`. */
  readonly proves: readonly string[];
  /** Stores that the proof does not run on, each with the reason. @default none */
  readonly excluded?: Readonly<Partial<Record<StoreKind, string>>>;
  run(run: ProofRun): Promise<ProofResult>;
}
