import type { GenerationRecord } from "../../generation/generation-record.js";

/** Requests the generations of an owner that are active, or have ended unseen. */
export interface ActiveQuery {
  readonly ownerId: string;
  /** `null` for all scopes. */
  readonly scope: string | null;
  readonly activeLimit: number;
  readonly unseenLimit: number;
  /** Max time since the end of an unseen generation, in milliseconds. */
  readonly unseenForMs: number;
  /** Max value of `unseenCount`, which bounds its cost. */
  readonly maxUnseenCount: number;
}

/** A snapshot of an owner. */
export interface ActiveList {
  /** Newest first; at most `activeLimit`, and fewer if inputs are large. */
  readonly active: readonly GenerationRecord[];
  /** Whether active generations were omitted. Each of them has a higher sequence than this list. */
  readonly hasMore: boolean;
  /** Newest end first. */
  readonly unseen: readonly GenerationRecord[];
  /** At most `maxUnseenCount`. */
  readonly unseenCount: number;
  /** `changedAfter` this sequence returns every generation that is not in the list. 0 for an unknown owner. */
  readonly sequence: number;
  /** The timeline of the same snapshot; see `Store.startTimeline`. */
  readonly timeline: string;
  /** The database's time, in epoch milliseconds. */
  readonly now: number;
}

/** Requests a page of an owner's history. A filter that is `null` matches every generation. */
export interface ListQuery {
  readonly ownerId: string;
  readonly limit: number;
  /** Id of the last generation of the previous page; `null` for the first page. */
  readonly after: string | null;
  readonly status: "pending" | "processing" | "completed" | "failed" | "canceled" | null;
  readonly model: string | null;
  readonly scope: string | null;
}

/** A page of an owner's history. */
export interface GenerationList {
  /** Newest first. */
  readonly generations: readonly GenerationRecord[];
  readonly hasMore: boolean;
  /** The owner's sequence in the same snapshot: the list contains every change up to it. */
  readonly sequence: number;
}

/** The generations of a group. */
export interface GroupList {
  /** In the order of their ids: of the submit. Without deleted ones. */
  readonly generations: readonly GenerationRecord[];
  /** The owner's sequence in the same snapshot. */
  readonly sequence: number;
}

/** Current sequences of several owners. */
export interface OwnerSequences {
  /** By owner; unknown owners are omitted. */
  readonly sequences: ReadonlyMap<string, number>;
  /** The timeline of the same snapshot; see `Store.startTimeline`. */
  readonly timeline: string;
}

/** The changes of an owner after a sequence. */
export interface ChangeList {
  /** By sequence, the earliest change first. */
  readonly changed: readonly GenerationRecord[];
  readonly deleted: readonly { readonly id: string; readonly sequence: number }[];
  /** The list is complete up to this sequence: the owner's, or the last one listed if there are more. */
  readonly sequence: number;
  /** The timeline of the same snapshot; see `Store.startTimeline`. */
  readonly timeline: string;
  /** Whether more than `limit` generations changed. */
  readonly hasMore: boolean;
  /**
   * Whether the owner's sequence cannot be continued from there; then nothing is listed. Either the sequence ends
   * before it (a restored backup, an erased owner), or a generation was transferred to another owner since.
   */
  readonly resync: boolean;
}
