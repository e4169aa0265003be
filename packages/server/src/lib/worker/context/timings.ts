import { durationBucketOf, expectedDurationMs } from "../../generation/expected-duration.js";
import type { Clock } from "../../ports/clock.js";
import { errorLine } from "../../ports/error-text.js";
import type { Logger } from "../../ports/logger.js";
import type { Store } from "../../ports/store/store.js";
import type { TimingCount, TimingSeries } from "../../ports/store/timing-counts.js";
import { PendingWork } from "../../process/pending-work.js";
import { type DueTime, dueIn, leftUntil } from "./due-time.js";

const flushMs = 10_000;
const refreshMs = 60_000;

/** Durations of earlier runs, shared by all workers of a process. */
export interface TimingMemory {
  /** By series, the number of runs in each bucket. */
  counts: Map<string, Map<number, number>>;
  nextRead: DueTime;
}

/**
 * Estimates from this server's own runs how long a generation takes. Counts runs in logarithmic buckets. The counts are
 * written to the store at most every ten seconds, so that all workers share them. Best effort: lost counts do not
 * matter.
 */
export class Timings {
  readonly #store: Pick<Store, "readTimings" | "addTimings">;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #models: readonly string[];
  readonly #memory: TimingMemory;
  #unwritten = new Map<string, TimingCount>();
  readonly #reads = new PendingWork();
  #cancelFlush: (() => void) | null = null;

  constructor(options: {
    readonly store: Pick<Store, "readTimings" | "addTimings">;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly models: readonly string[];
    readonly memory: TimingMemory;
  }) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#models = options.models;
    this.#memory = options.memory;
  }

  /**
   * The median of earlier runs, in milliseconds; `null` after fewer than three. Synchronous: a refresh runs in the
   * background.
   */
  expectMs(series: TimingSeries): number | null {
    this.#refresh();
    return expectedDurationMs(this.#memory.counts.get(keyOf(series)) ?? []);
  }

  /** Counts a completed generation. */
  record(series: TimingSeries, elapsedMs: number): void {
    const bucket = durationBucketOf(elapsedMs);
    this.#count({ ...series, bucket, count: 1 });
    const key = `${keyOf(series)} ${bucket}`;
    const before = this.#unwritten.get(key)?.count ?? 0;
    this.#unwritten.set(key, { ...series, bucket, count: before + 1 });
    this.#cancelFlush ??= this.#clock.setTimer(flushMs, () => void this.flush());
  }

  /** Writes the counts since the last flush, if any, and waits for a read in progress. Never rejects. */
  async flush(): Promise<void> {
    await this.#reads.settled();
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    const timings = [...this.#unwritten.values()];
    this.#unwritten = new Map();
    if (timings.length === 0) return;
    try {
      await this.#store.addTimings(timings);
    } catch (error) {
      this.#logger.debug("Could not write timings.", { event: "timings.not_written", error: errorLine(error) });
    }
  }

  #refresh(): void {
    const now = this.#clock.now();
    if (leftUntil(this.#memory.nextRead, now) > 0) return;
    // Before the read, so that concurrent requests begin no second one.
    this.#memory.nextRead = dueIn(refreshMs, now);
    void this.#reads.track(this.#read());
  }

  async #read(): Promise<void> {
    try {
      const counts = await this.#store.readTimings({ models: this.#models });
      this.#memory.counts = new Map();
      for (const count of [...counts, ...this.#unwritten.values()]) this.#count(count);
    } catch (error) {
      this.#logger.debug("Could not read timings.", { event: "timings.not_read", error: errorLine(error) });
    }
  }

  #count({ bucket, count, ...series }: TimingCount): void {
    const key = keyOf(series);
    const counts = this.#memory.counts.get(key) ?? new Map<number, number>();
    counts.set(bucket, (counts.get(bucket) ?? 0) + count);
    this.#memory.counts.set(key, counts);
  }
}

function keyOf({ model, providerId, size }: TimingSeries): string {
  return JSON.stringify([model, providerId, size]);
}
