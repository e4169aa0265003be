import type { VendorFaults } from "./virtual-vendor.js";

/** One thing that happens in a history. Numbers without a unit choose among what is there, wrapping around. */
export type Act =
  /** `key` is the owner's idempotency key; an owner who did not hear the answer may send it again. */
  | { readonly type: "submit"; readonly owner: number; readonly key: number; readonly isHeard: boolean }
  | ({ readonly type: "cancel"; readonly generation: number } & Cancel)
  | { readonly type: "remove"; readonly generation: number }
  /** Every owner looks at every generation, and catches up with what changed. */
  | { readonly type: "look" }
  | { readonly type: "kill"; readonly process: number }
  /** As by SIGSTOP, or a laptop that sleeps: it goes on later as if nothing had happened. */
  | { readonly type: "freeze"; readonly process: number }
  | { readonly type: "thaw" }
  /** From here on a clock is so much ahead of true time, or behind it: that of the database, or of the machine of a process. */
  | { readonly type: "set_clock"; readonly of: "database" | number; readonly aheadMs: number }
  | { readonly type: "pass"; readonly milliseconds: number };

/** A cancel: so many at once. */
export interface Cancel {
  readonly copies: number;
}

/** What strikes a process as it passes a crash point. */
export interface Incident {
  /** So many crash points are passed in peace before, by all processes together. */
  readonly after: number;
  readonly strike: Strike;
}

/**
 * A kill; a standstill in the middle of a step; or a cancel of everything that is active, begun at that very instant or so
 * many turns of the event loop later.
 */
export type Strike = "kill" | { readonly freezeMs: number } | (Cancel & { readonly turnsLater: number });

/** Everything that makes a run what it is: the same history plays the same way. */
export interface History {
  /** Seeds what the vendor's faults and the workers' jitter come to. */
  readonly luck: number;
  /** Workers at once, from 1. */
  readonly processes: number;
  readonly dropOnCancel: boolean;
  readonly faults: VendorFaults;
  readonly incidents: readonly Incident[];
  readonly acts: readonly Act[];
}
