import type { ErasureCheck } from "./erasure-check.js";

/** Transfers all data of one owner to another. */
export interface TransferOwnerCommand {
  readonly from: string;
  readonly to: string;
  /**
   * `move`: moves the balance of the account with `from`'s id to the account with `to`'s id. Later refunds of active
   * generations move, too. Excluded are the unspent rest of the initial grant, and refunds of credits paid with it. The
   * initial grant is spent first.
   * `leave`: accounts stay as they are.
   */
  readonly credits: "move" | "leave";
  /** Initial balance of `to`'s account if this transfer creates it. Safe integer ≥ 0. */
  readonly initialGrant: number;
  /** Checks `to`. Absent: the transfer is never refused for an erasure. */
  readonly erasures?: ErasureCheck;
}

/**
 * `owner_erased`: `to` was erased after the request began. `shared_account`: another owner has paid from `from`'s account.
 * `too_much`: both balances plus all possible refunds would exceed a safe integer. None of them moves anything.
 */
export type TransferVerdict =
  /** `teamIds`: the teams that see one of the transferred generations. */
  | { readonly type: "transferred"; readonly teamIds: readonly string[] }
  | { readonly type: "owner_erased" }
  | { readonly type: "shared_account" }
  | { readonly type: "too_much" };

/** Erases an owner. */
export interface EraseOwnerCommand {
  readonly ownerId: string;
  /**
   * Replaces the owner's id, and the id of the account with the same id unless other owners have paid from it. Random,
   * and different in each command of an erasure.
   */
  readonly pseudonym: string;
  /** Max generations of one command. */
  readonly limit: number;
  /**
   * Models of this server. Removes outbox items that cancel jobs of other models: they may contain the owner's prompt,
   * and no worker of this version claims them.
   *
   * @default no item is removed
   */
  readonly models?: readonly string[];
  /**
   * HMACs of the owner's id, kept for a day: writes of requests that began before the erasure are refused if they check
   * one of them.
   *
   * @default no write is refused
   */
  readonly ownerMarks?: readonly string[];
}

/** Progress of an erasure. */
export interface EraseVerdict {
  /**
   * Whether the owner's id is gone from all rows, except a shared account and keys of transferred generations. If
   * false: cancel the active generations and send the command again.
   */
  readonly isErased: boolean;
  /** One of the erased generations, to wake a worker with; `null` if there was none. */
  readonly generationId: string | null;
  /** The teams that saw one of the erased generations. */
  readonly teamIds: readonly string[];
}

/** Commands on an owner as a whole. */
export interface OwnerStore {
  /**
   * Transfers all data of one owner to another in one commit: generations in every state, tombstones, idempotency keys
   * and uploads. Each generation gets a new version and a new sequence of `to`. Leases stay valid. A repeat
   * moves the data that `from` has by then.
   */
  transferOwner(command: TransferOwnerCommand): Promise<TransferVerdict>;
  /**
   * Erases an owner, up to `limit` generations per command. Deletes the content of generations that ended or have a
   * cancel request, and replaces the owner's id with a pseudonym. After the last generation, replaces it in the ledger,
   * too. Each command also deletes some uploads, including those of active generations.
   *
   * Keeps an account that other owners have paid from, with its entries. Keeps keys of transferred generations until
   * they expire. A generation that is still active loses its remaining content when it ends. May be interrupted and
   * resumed at any point.
   */
  eraseOwner(command: EraseOwnerCommand): Promise<EraseVerdict>;
  /**
   * Position of the latest erasure, also after `startTimeline`. Each erasure has a higher one than this method returned
   * before. 0 on a new database.
   */
  erasurePosition(): Promise<number>;
}
