/** Shorter differences are delays, and harm nothing. */
const toleranceMs = 5_000;
/** After this long without a new reason, a correction shrinks. */
const settleMs = 60_000;

/** The database's time, and when it was asked for and answered by a clock that is never set; in milliseconds. */
export interface ClockReading {
  readonly now: number;
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** Work that is due, as far as it shows by which clock it was written. All instants are of the database. */
export interface DueTimes {
  readonly dueAt: number;
  /** When it was written last, by the clock of its writer. */
  readonly writtenAt: number;
}

/**
 * Measures by how much the database's time, as this process reads it, is ahead. Two reasons count:
 *
 * - It moved further than the monotonic clock did: it jumped.
 * - Work that this process has just found is due since before its last look, which found all that was due. Then a process
 *   has written it since, by a clock that is behind.
 *
 * So the earliest clock of the living processes counts: being late is harmless, and being early ends what is not overdue
 * and takes leases that are held. A correction that has no new reason shrinks at the pace of time, which seems to run twice
 * as fast then; no lease ends between two renewals, and no deadline is skipped.
 */
export class SteadyClock {
  #aheadMs = 0;
  #last: ClockReading | null = null;
  #reasonAt = Number.NEGATIVE_INFINITY;

  /** What to take from the database's time. */
  get aheadMs(): number {
    return this.#aheadMs;
  }

  /** @returns by how much the time has jumped since the last reading, forward above 0; 0 where it has not. */
  read(reading: ClockReading): number {
    const last = this.#last;
    this.#last = reading;
    if (last === null) return 0;
    const movedMs = reading.now - last.now;
    // A slow answer must not look like a jump.
    const maxMs = reading.answeredAt - last.askedAt;
    const minMs = reading.askedAt - last.answeredAt;
    const jumpMs = Math.round(movedMs - Math.min(Math.max(movedMs, minMs), maxMs));
    if (Math.abs(jumpMs) > toleranceMs) {
      this.#correct(jumpMs, reading.askedAt);
      return jumpMs;
    }
    if (reading.askedAt - this.#reasonAt > settleMs) this.#aheadMs = Math.max(this.#aheadMs - Math.max(movedMs, 0), 0);
    return 0;
  }

  /**
   * Compares due work with the last look that found all that was due.
   *
   * @param options.lookedAt when that look began, of the monotonic clock.
   * @returns by how much this process is ahead of the writer of the work, at least; 0 where nothing shows that it is.
   */
  compare(due: readonly DueTimes[], { lookedAt }: { readonly lookedAt: number }): number {
    if (this.#last === null) return 0;
    const { answeredAt, now } = this.#last;
    const thenMs = now - this.#aheadMs - (answeredAt - lookedAt);
    const behind = due.filter(({ dueAt }) => dueAt < thenMs - toleranceMs);
    if (behind.length === 0) return 0;
    const aheadMs = Math.round(thenMs - Math.max(...behind.map(({ writtenAt }) => writtenAt)));
    if (aheadMs <= toleranceMs) return 0;
    this.#correct(aheadMs, answeredAt);
    return aheadMs;
  }

  /** Nothing is active: no lease and no deadline depends on the time before, so that the next reading is believed. */
  reset(): void {
    this.#aheadMs = 0;
    this.#last = null;
  }

  #correct(byMs: number, at: number): void {
    this.#aheadMs = Math.max(this.#aheadMs + byMs, 0);
    this.#reasonAt = at;
  }
}
