import type { Provider } from "../../ports/provider.js";
import type { FakeVendor } from "../vendors/fake-vendor.js";
import type { MatrixWorld, WorldOptions } from "./matrix-world.js";

/** One thing that happens to an adapter, and how it must end. */
export interface MatrixCell {
  /** Such as `"queue, then success"`: the row of the table. */
  readonly title: string;
  /**
   * @returns how it ended, or why this cannot happen to the adapter.
   * @throws for a promise that is broken.
   */
  readonly play: (stage: Stage) => Promise<CellEnd>;
}

/**
 * `holds` says how it ended, such as `"completed · 1"`: with as many paid requests as the vendor took; `unheard` is why the
 * vendor's word did not come through, where it did not.
 */
export type CellEnd =
  | { readonly type: "holds"; readonly end: string; readonly unheard?: string }
  | { readonly type: "not_applicable"; readonly reason: string };

/** What a cell is played on. */
export interface Stage {
  /** For what the adapter and its vendor say they can do; never sent anything. */
  readonly provider: Provider<unknown>;
  readonly vendor: Pick<FakeVendor, "refusals" | "failures" | "callBack">;
  readonly makesTwo: boolean;
  /** Whether a job that runs can be canceled. */
  readonly stopsRunning: boolean;
  /** Why what the vendor says in the cell of this title does not come through to the adapter; `null` where it does. */
  readonly unheard: (title: string) => string | null;
  /** A database, a server and a vendor of its own. Its books are checked when the cell has been played. */
  readonly open: (options?: WorldOptions) => Promise<MatrixWorld>;
}

/** A cell that cannot be, and why. */
export function notApplicable(reason: string): CellEnd {
  return { type: "not_applicable", reason };
}

/** @throws where something is not as it must be. */
export function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

/** Whether a lost reply can be made up for by asking the vendor. */
export function canFind({ findByToken }: Provider<unknown>): boolean {
  return findByToken !== undefined;
}

/** Why nobody calls back; `null` where the vendor does. */
export function noCallBacks({ provider, vendor }: Stage): string | null {
  if (vendor.callBack === undefined) return "the vendor does not call back";
  return provider.capabilities.webhook ? null : "the adapter takes no call-backs";
}

/** Why no rate limit is heard of; `null` where one is. */
export function noRateLimit({ unheard, vendor }: Stage): string | null {
  if (!vendor.refusals.includes("rate_limited")) return "the vendor has no rate limit";
  return unheard("refused: `rate_limited`");
}
