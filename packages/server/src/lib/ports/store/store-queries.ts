import type { GenerationRecord } from "../../generation/generation-record.js";

export interface ActiveQuery {
  readonly ownerId: string;
  readonly scope: string | null;
  readonly activeLimit: number;
  readonly unseenLimit: number;
  readonly unseenForMs: number;
  /** Where the count ends, so that its cost is bounded. */
  readonly maxUnseenCount: number;
}

export interface ActiveList {
  /** Newest first; at most `activeLimit`, and fewer where inputs are large. */
  readonly active: readonly GenerationRecord[];
  /** Whether active generations were omitted. Each of them has a higher sequence than this list. */
  readonly hasMore: boolean;
  /** Newest end first. */
  readonly unseen: readonly GenerationRecord[];
  /** At most `maxUnseenCount`. */
  readonly unseenCount: number;
  /** `changedAfter` this returns everything that is not in the list. 0 for an unknown owner. */
  readonly sequence: number;
  readonly now: number;
}

export interface ListQuery {
  readonly ownerId: string;
  readonly limit: number;
  /** Id of the last generation of the page before; `null` for the first page. */
  readonly after: string | null;
  readonly status: "pending" | "processing" | "completed" | "failed" | "canceled" | null;
  readonly model: string | null;
  readonly scope: string | null;
}

export interface GenerationList {
  readonly generations: readonly GenerationRecord[];
  readonly hasMore: boolean;
  /** The owner's sequence in the same snapshot: what changed up to it is in this list. */
  readonly sequence: number;
}

export interface ChangeList {
  readonly changed: readonly GenerationRecord[];
  readonly deleted: readonly { readonly id: string; readonly sequence: number }[];
  /** Up to where this list is complete: the owner's sequence, or the last one listed when there is more. */
  readonly sequence: number;
  /** True when more changed than `limit`. */
  readonly hasMore: boolean;
  /**
   * True when the owner's order cannot be continued from there: it ends before (a restored backup, an owner who was
   * deleted), or something left it since without a trace (another owner has it now). Then nothing is listed.
   */
  readonly resync: boolean;
}
