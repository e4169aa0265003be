/** The limits of one gate: of all generations whose next or current attempt goes to the same account of a vendor. */
export interface GateLimit {
  readonly key: string;
  /** Max attempts in flight; `null` for no limit. */
  readonly concurrency: number | null;
  /** Max starts of attempts: GCRA with an interval and a burst. `null` for no limit. */
  readonly rate: { readonly intervalMs: number; readonly burst: number } | null;
}

/** The attempts that a gate lets start. */
export interface GateCapacity {
  readonly key: string;
  /** Number that may start now; `Infinity` without a limit. The claim decides again, under a lock. */
  readonly capacity: number;
  /** Milliseconds until one may start; `Infinity` until one in flight ends. */
  readonly opensInMs: number;
}

/** The limits and models of a worker. */
export interface CapacityQuery {
  readonly limits: readonly GateLimit[];
  readonly models: readonly string[];
}

/** Counts the start of a paid request at its gate once more, because the request is late. */
export interface ReserveStartCommand {
  readonly limit: GateLimit;
}

/** Closes a gate for all workers. */
export interface CloseGateCommand {
  readonly key: string;
  /** Milliseconds from now, at most `maxRetryAfterMs`. A gate that is closed for longer stays closed. */
  readonly forMs: number;
}
