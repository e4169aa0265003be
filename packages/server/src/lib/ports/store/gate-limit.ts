/** The limits of one gate: of all generations whose next or current attempt goes to the same account of a vendor. */
export interface GateLimit {
  readonly key: string;
  /** Max attempts in flight; `null` for no limit. */
  readonly concurrency: number | null;
  /** Max starts of attempts: GCRA with an interval and a burst. `null` for no limit. */
  readonly rate: { readonly intervalMs: number; readonly burst: number } | null;
}

/** Closes a gate for all workers. */
export interface CloseGateCommand {
  readonly key: string;
  /** Milliseconds from now, at most `maxRetryAfterMs`. A gate that is closed for longer stays closed. */
  readonly forMs: number;
}
