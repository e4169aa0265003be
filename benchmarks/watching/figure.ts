/** One row of the table. */
export interface Figure {
  readonly what: string;
  readonly measured: string;
  /** The target; empty for an explanatory row. */
  readonly goal: string;
  /** `null` without a target. */
  readonly isMet: boolean | null;
}

/** Sizes of the measurements. */
export interface BenchSize {
  readonly streams: number;
  /** Submits per round, and rounds without and with the streams. */
  readonly submits: number;
  readonly rounds: number;
  readonly stalledReaders: number;
  /** Generations per path: a stream, long polls, and polling. */
  readonly deliveries: readonly [number, number, number];
}

/** `full` is for the targets; `short` only checks that everything works. */
export const benchSizes: Readonly<Record<"full" | "short", BenchSize>> = {
  full: { streams: 5_000, submits: 2_000, rounds: 3, stalledReaders: 200, deliveries: [400, 100, 60] },
  short: { streams: 100, submits: 100, rounds: 1, stalledReaders: 3, deliveries: [20, 5, 3] },
};
