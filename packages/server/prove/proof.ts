/** How far a proof goes: `short` runs with the tests, in seconds; `long` before a release, in minutes. */
export type ProofScale = "short" | "long";

/** What a run of a proof may use. */
export interface ProofRun {
  readonly scale: ProofScale;
  /** The same seed makes the same history, as far as real processes allow. */
  readonly seed: number;
  /** Tells how far it is, for whoever waits. */
  readonly onProgress?: (done: number, of: number) => void;
}

/** One row of the table that `pnpm prove` prints. */
export interface ProofResult {
  /** Histories, requests or cells that were played; the unit is the proof's own and stands in its title. */
  readonly runs: number;
  /** Kills, lost replies, refusals, forged requests: everything that was done to it. */
  readonly faults: number;
  /** What broke a promise, in words that let a reader repeat it. Empty when everything held. */
  readonly violations: readonly string[];
  /** Further figures worth keeping, by name, such as `{ "recovery p99": "1,204 ms" }`. */
  readonly figures?: Readonly<Record<string, string>>;
}

/** A fault test: what it does to Safelight, and which promises it checks. */
export interface Proof {
  /** Such as `"F2"`. */
  readonly id: string;
  /** In a few words, with the unit of its runs. */
  readonly title: string;
  /** The promises, such as `"I1"`. */
  readonly proves: readonly string[];
  run(run: ProofRun): Promise<ProofResult>;
}
