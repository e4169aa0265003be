/** In milliseconds. Smaller differences count as delays. */
export const toleranceMs = 5_000;
/** A correction shrinks after this long without new evidence. */
const settleMs = 60_000;

/** The database's time, and the monotonic times of the request and of its response; in milliseconds. */
export interface ClockReading {
  readonly now: number;
  readonly requestedAt: number;
  readonly receivedAt: number;
}

/** The times of a due row that reveal its writer's clock, in epoch milliseconds. */
export interface DueTimes {
  readonly dueAt: number;
  /** Last write of the row, by its writer's clock. */
  readonly writtenAt: number;
}

/**
 * Measures how far the database's time, as this process reads it, is ahead. Evidence is either of:
 *
 * - The database's time advanced further than the monotonic clock: it jumped.
 * - A due row is older than the last complete read, which did not contain it. Another process wrote it since, with a
 *   clock behind ours.
 *
 * The earliest clock of all running processes wins. Acting late is harmless; acting early fails generations before
 * their deadline and takes leases that are still held. Without new evidence the correction shrinks by one second per
 * second: time appears to run at double speed. That is slow enough for renewals, which come three times a lease.
 *
 * A row written under a correction has a time that is earlier than the database's by the correction. So the `createdAt`
 * of a new submit may lie in the past.
 */
export class SteadyClock {
  #aheadMs = 0;
  #last: ClockReading | null = null;
  #evidenceAt = Number.NEGATIVE_INFINITY;

  /** Milliseconds to subtract from the database's time. */
  get aheadMs(): number {
    return this.#aheadMs;
  }

  /** @returns the jump since the last reading: positive forward, negative back, 0 for none. */
  read(reading: ClockReading): number {
    const last = this.#last;
    this.#last = reading;
    if (last === null) return 0;
    const movedMs = reading.now - last.now;
    // A slow response must not count as a jump.
    const maxMs = reading.receivedAt - last.requestedAt;
    const minMs = reading.requestedAt - last.receivedAt;
    const jumpMs = Math.round(movedMs - Math.min(Math.max(movedMs, minMs), maxMs));
    if (Math.abs(jumpMs) > toleranceMs) {
      this.#correct(jumpMs, reading.requestedAt);
      return jumpMs;
    }
    if (reading.requestedAt - this.#evidenceAt > settleMs)
      this.#aheadMs = Math.max(this.#aheadMs - Math.max(movedMs, 0), 0);
    return 0;
  }

  /**
   * Compares due rows with the last complete read.
   *
   * @param options.readAt monotonic time at which that read began.
   * @returns min milliseconds by which this process is ahead of the rows' writers; 0 without evidence.
   */
  compare(due: readonly DueTimes[], { readAt }: { readonly readAt: number }): number {
    if (this.#last === null) return 0;
    const { receivedAt, now } = this.#last;
    const thenMs = now - this.#aheadMs - (receivedAt - readAt);
    const behind = due.filter(({ dueAt }) => dueAt < thenMs - toleranceMs);
    if (behind.length === 0) return 0;
    const aheadMs = Math.round(thenMs - Math.max(...behind.map(({ writtenAt }) => writtenAt)));
    if (aheadMs <= toleranceMs) return 0;
    this.#correct(aheadMs, receivedAt);
    return aheadMs;
  }

  /** Starts with the correction of an earlier process, as if its evidence were found now. */
  adopt(aheadMs: number, at: number): void {
    this.#aheadMs = aheadMs;
    this.#evidenceAt = at;
  }

  /**
   * Accepts the next reading as it is. Call it while no generation is active: no lease or deadline then depends on the
   * earlier time.
   */
  reset(): void {
    this.#aheadMs = 0;
    this.#last = null;
  }

  #correct(byMs: number, at: number): void {
    this.#aheadMs = Math.max(this.#aheadMs + byMs, 0);
    this.#evidenceAt = at;
  }
}
