/** One row of the table. */
export interface Figure {
  readonly what: string;
  readonly measured: string;
  /** What it should be; empty where it only explains another one. */
  readonly goal: string;
  /** `null` where there is no goal. */
  readonly isMet: boolean | null;
}

/** How large the measurements are. */
export interface BenchSize {
  readonly streams: number;
  /** Submits of one round, and how many rounds without and with the streams. */
  readonly submits: number;
  readonly rounds: number;
  readonly stalledReaders: number;
  /** Generations whose way to the client is timed: over a stream, over held questions, and at the server's pace. */
  readonly deliveries: readonly [number, number, number];
}

/** `full` is what goals are set for; `short` shows that everything works. */
export const benchSizes: Readonly<Record<"full" | "short", BenchSize>> = {
  full: { streams: 5_000, submits: 2_000, rounds: 3, stalledReaders: 200, deliveries: [400, 100, 60] },
  short: { streams: 100, submits: 100, rounds: 1, stalledReaders: 3, deliveries: [20, 5, 3] },
};
