import { fromJson } from "../rows/generation-row.js";
import { type AgreedTime, addReport, startCorrectionMs } from "./agreed-time.js";
import type { DueRows } from "./due-rows.js";
import { toleranceMs } from "./steady-clock.js";
import type { StoreTime } from "./store-time.js";

const reportEveryMs = 60_000;
/** In milliseconds. While nothing is due, reports only serve the removal of expired rows. */
const idleReportEveryMs = 3_600_000;

/** The agreed time and the database's uncorrected time, of one read. */
export interface AgreedTimeReading {
  /** JSON; `null` if no process has reported yet. */
  readonly agreedTime: string | null;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Whether nothing was due. */
  readonly isIdle: boolean;
}

/**
 * Reads the agreed time of earlier processes, and adds this process's reports. Writes at most one a minute, but at once
 * after a jump or if another process reported a later time.
 */
export class TimeReports {
  readonly #time: StoreTime;
  readonly #rows: Pick<DueRows, "writeAgreedTime">;
  #by: string | null = null;
  /** An agreed time, and the monotonic time of its reading. */
  #start: PastTime | null = null;
  #proven: PastTime = { agreedAt: 0, at: 0 };
  #triedAt = Number.NEGATIVE_INFINITY;

  constructor(time: StoreTime, rows: Pick<DueRows, "writeAgreedTime">) {
    this.#time = time;
    this.#rows = rows;
  }

  /** A time that has passed, by the agreed time from before this process started; 0 before the first read. */
  get pastAt(): number {
    return this.#start === null ? 0 : this.#since(this.#start);
  }

  /** Rows that expired by then may be removed, in epoch milliseconds. The deletion checks it again. */
  confirmedAt({ agreedTime, now }: Omit<AgreedTimeReading, "isIdle">): number {
    const { clock, isExact } = this.#time;
    return isExact ? now - clock.aheadMs : (toAgreedTime(agreedTime)?.confirmedAt ?? 0);
  }

  /** @returns the correction to start with, in milliseconds; 0 after the first call. */
  begin({ agreedTime, now }: Omit<AgreedTimeReading, "isIdle">): number {
    if (this.#start !== null) return 0;
    const known = toAgreedTime(agreedTime);
    const agreedAt = known === null ? 0 : this.#add(known, now).agreedAt;
    this.#start = { agreedAt, at: this.#time.monotonicNow() };
    this.#proven = this.#start;
    return known === null ? 0 : startCorrectionMs(known, now);
  }

  /** Writes a report if one is due. */
  async report({ agreedTime, isIdle, now }: AgreedTimeReading): Promise<void> {
    const { clock, isExact, monotonicNow } = this.#time;
    if (isExact) return;
    const known = toAgreedTime(agreedTime);
    const ageMs = now - clock.aheadMs - (known?.reportedAt ?? 0);
    const isUrgent = ageMs < -toleranceMs || clock.aheadMs - (known?.aheadMs ?? 0) > toleranceMs;
    const isRecent = ageMs < (isIdle ? idleReportEveryMs : reportEveryMs);
    if (!isUrgent && (isRecent || monotonicNow() - this.#triedAt < reportEveryMs)) return;
    this.#triedAt = monotonicNow();
    const next = this.#add(known, now);
    this.#proven = { agreedAt: next.agreedAt, at: this.#triedAt };
    await this.#rows.writeAgreedTime({ before: agreedTime, next: JSON.stringify(next) });
  }

  #add(known: AgreedTime | null, now: number): AgreedTime {
    const { aheadMs } = this.#time.clock;
    // Not in the constructor: Cloudflare Workers rejects random values outside of a request.
    this.#by ??= this.#time.createToken();
    return addReport(known, { now: now - aheadMs, by: this.#by, aheadMs, provenAt: this.#since(this.#proven) });
  }

  #since({ agreedAt, at }: PastTime): number {
    return agreedAt === 0 ? 0 : Math.floor(agreedAt + this.#time.monotonicNow() - at);
  }
}

interface PastTime {
  /** Epoch milliseconds; 0 for none. */
  readonly agreedAt: number;
  readonly at: number;
}

/** The cast is safe: only `report` writes the value, from an `AgreedTime`. The next report replaces a damaged value. */
function toAgreedTime(json: string | null): AgreedTime | null {
  return fromJson(json) as unknown as AgreedTime | null;
}
