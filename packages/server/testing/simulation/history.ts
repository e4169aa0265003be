import type { VendorFaults } from "./virtual-vendor.js";

/** One action of a history. An index without a unit selects among the existing items, modulo their number. */
export type Act =
  /** `key` is the owner's idempotency key. An owner who did not receive the response may send the key again. */
  | { readonly type: "submit"; readonly owner: number; readonly key: number; readonly isAcknowledged: boolean }
  | ({ readonly type: "cancel"; readonly generation: number } & Cancel)
  | { readonly type: "remove"; readonly generation: number }
  /** Every owner reads all generations, and then the changes since the last read. */
  | { readonly type: "refresh" }
  | { readonly type: "kill"; readonly process: number }
  /** Pauses a process, like SIGSTOP or a sleeping laptop, until `thaw`. */
  | { readonly type: "freeze"; readonly process: number }
  | { readonly type: "thaw" }
  /** Sets a clock ahead of the true time, or behind it if negative: the database's, or that of a process's machine. */
  | { readonly type: "set_clock"; readonly of: "database" | number; readonly aheadMs: number }
  | { readonly type: "pass"; readonly milliseconds: number };

/** A cancel, sent as this number of concurrent requests. */
export interface Cancel {
  readonly copies: number;
}

/** A fault of the process that passes a crash point. */
export interface Incident {
  /** Number of crash points that all processes together pass without a fault before this one. */
  readonly after: number;
  readonly fault: ProcessFault;
}

/**
 * A kill, a freeze in the middle of a step, or a cancel of all active generations. The cancel starts at the crash point
 * or this number of turns of the event loop later.
 */
export type ProcessFault = "kill" | { readonly freezeMs: number } | (Cancel & { readonly turnsLater: number });

/** The complete input of a run. A history is deterministic: each run of it has the same result. */
export interface History {
  /** Seed of the vendor's faults and the workers' jitter. */
  readonly seed: number;
  /** Number of concurrent processes, each with a worker; at least 1. */
  readonly processes: number;
  readonly dropOnCancel: boolean;
  readonly faults: VendorFaults;
  readonly incidents: readonly Incident[];
  readonly acts: readonly Act[];
}
