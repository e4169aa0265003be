/** An error in the database's time as this process reads it. */
export interface ClockJump {
  /** `jumped`: it moved further than time did, or back. `ahead`: it is ahead of the clock of another process. */
  readonly reason: "jumped" | "ahead";
  /** Size in milliseconds; negative for a jump back. */
  readonly byMs: number;
  /** Correction in effect from now on, in milliseconds. */
  readonly aheadMs: number;
}
