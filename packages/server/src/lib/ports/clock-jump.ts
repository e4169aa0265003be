/** The database's time, as this process reads it, is wrong. */
export interface ClockJump {
  /** `jumped`: it moved further than time did, or back. `ahead`: it is ahead of the clock of another process. */
  readonly reason: "jumped" | "ahead";
  /** Milliseconds; below 0 where it went back. */
  readonly byMs: number;
  /** Milliseconds that are taken from the time from here on. */
  readonly aheadMs: number;
}
