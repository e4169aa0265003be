import type { Provider } from "../../src/lib/ports/provider.js";
import type { FakeVendor } from "../vendors/fake-vendor.js";
import type { MatrixWorld, WorldOptions } from "./matrix-world.js";

/** One scenario for an adapter, with the required result. */
export interface MatrixCell {
  /** Row of the table, such as `"queue, then success"`. */
  readonly title: string;
  /**
   * Runs the scenario.
   *
   * @returns the result, or why the scenario does not apply to the adapter.
   * @throws for a broken guarantee.
   */
  readonly play: (stage: Stage) => Promise<CellEnd>;
}

/**
 * Result of a cell. `end` is the final state with the number of paid requests, such as `"completed · 1"`. `lostResponse`
 * is the reason why the vendor's response did not reach the adapter.
 */
export type CellEnd =
  | { readonly type: "holds"; readonly end: string; readonly lostResponse?: string }
  | { readonly type: "not_applicable"; readonly reason: string };

/** Environment of a cell. */
export interface Stage {
  /** Only for its capabilities. It sends no requests. */
  readonly provider: Provider<unknown>;
  readonly vendor: Pick<FakeVendor, "refusals" | "failures" | "createWebhook">;
  readonly makesTwo: boolean;
  /** Whether a running job can be canceled. */
  readonly stopsRunning: boolean;
  /** Why the vendor's response does not reach the adapter in the cell with this title; `null` if it does. */
  readonly lostResponseReason: (title: string) => string | null;
  /** Opens a database, a server and a vendor. Its guarantees are checked after the cell. */
  readonly open: (options?: WorldOptions) => Promise<MatrixWorld>;
}

/** Result of a cell that does not apply. */
export function notApplicable(reason: string): CellEnd {
  return { type: "not_applicable", reason };
}

/** @throws if the condition is false. */
export function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

/** Whether the provider can find a job after a lost response. */
export function canFind({ findByToken }: Provider<unknown>): boolean {
  return findByToken !== undefined;
}

/** Why there are no webhooks; `null` if there are. */
export function noWebhooks({ provider, vendor }: Stage): string | null {
  if (vendor.createWebhook === undefined) return "the vendor has no webhooks";
  return provider.capabilities.webhook ? null : "the adapter accepts no webhooks";
}

/** Why there is no rate limit; `null` if there is one. */
export function noRateLimit({ lostResponseReason, vendor }: Stage): string | null {
  if (!vendor.refusals.includes("rate_limited")) return "the vendor has no rate limit";
  return lostResponseReason("refused: `rate_limited`");
}
