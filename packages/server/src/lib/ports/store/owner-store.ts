/** What one owner has, given to another. */
export interface TransferOwnerCommand {
  readonly from: string;
  readonly to: string;
  /**
   * `move`: the balance of the account that carries `from`'s id goes to the account that carries `to`'s, but for what is
   * left of its initial grant, which is spent first. So does what comes back for what is in progress, but for the part that
   * was paid with the initial grant.
   * `leave`: accounts stay as they are.
   */
  readonly credits: "move" | "leave";
  /** What the account of `to` starts with if the credits are the first that it sees. Safe integer ≥ 0. */
  readonly initialGrant: number;
}

/**
 * `shared_account`: another owner has paid from `from`'s account. `too_much`: together, with all that may still come back,
 * the credits of both would be more than a safe integer. Nothing was moved then.
 */
export type TransferVerdict = "transferred" | "shared_account" | "too_much";

/** An owner who is to be forgotten. */
export interface EraseOwnerCommand {
  readonly ownerId: string;
  /**
   * Takes the place of the id, also of the account that carries it, unless others have paid from that. Random, and
   * another one in each command of a deletion.
   */
  readonly pseudonym: string;
  /** Generations of one command, at most. */
  readonly limit: number;
  /**
   * Models of this server. Removes outbox items that cancel jobs of other models: they may hold the owner's prompt, and no
   * worker of this version claims them.
   * @default no item is removed
   */
  readonly models?: readonly string[];
}

/** How far a deletion is. */
export interface EraseVerdict {
  /**
   * Nothing but a shared account, and keys of what another owner has, carries the owner's id any more. Otherwise: cancel
   * what is active, and send the command again.
   */
  readonly isErased: boolean;
  /** One of the generations that were erased, to wake a worker with; `null` when there was none. */
  readonly generationId: string | null;
}

/** What happens to an owner as a whole. */
export interface OwnerStore {
  /**
   * Gives everything of one owner to another in one commit: generations of every state, tombstones too, each with a new
   * version and a place in `to`'s order, their idempotency keys, and uploaded pictures. A lease goes on undisturbed. Sending it again moves
   * what `from` has by then.
   */
  transferOwner(command: TransferOwnerCommand): Promise<TransferVerdict>;
  /**
   * Forgets an owner, some generations with each command: takes the content of those that ended or that a worker was
   * asked to cancel, and puts a pseudonym in the place of the owner; when none is left, also in the books. Some uploaded
   * pictures go with each command, too, also those of what is active. An account that
   * others have paid from stays, with its entries, and so do keys of what was given to another owner, until they expire.
   * What is still to be ended loses its last content with its end. May be given up and begun again at any point.
   */
  eraseOwner(command: EraseOwnerCommand): Promise<EraseVerdict>;
}
