/** Credits of one generation to reserve in the host's own credit system. */
export interface OpenHold {
  /** The id of the generation, which the submit has not inserted yet. */
  readonly key: string;
  /** The payer. */
  readonly accountId: string;
  /** The price. Safe integer > 0. */
  readonly credits: number;
}

/** A hold whose end the host has not acknowledged yet. */
export interface UnresolvedHold extends OpenHold {
  /** The host's reference from its authorization; `null` without one, also if the response was lost. */
  readonly reference: string | null;
  /** The part of `credits` to capture; the rest is released. 0 releases all. */
  readonly kept: number;
}

/** The reservations of credits that the host keeps itself. */
export interface HoldStore {
  /**
   * Records holds before the host is called. Unless a submit commits with them first, the outbox releases them after
   * `releaseAfterMs`. Idempotent by key.
   *
   * @param command.keyHash of the submit's idempotency key; `null` without one.
   * @param command.releaseAfterMs in milliseconds, at most an hour.
   */
  openHolds(command: {
    readonly holds: readonly OpenHold[];
    readonly keyHash?: string | null;
    readonly releaseAfterMs: number;
  }): Promise<void>;
  /**
   * Whether another submit with the same idempotency key has a hold that no commit has used and that is not released yet.
   *
   * @param query.keys the holds of the caller's own submit, which do not count.
   * @param query.since epoch milliseconds: holds of generations whose id is older are not found.
   */
  hasHeldDuplicate(query: {
    readonly accountId: string;
    readonly keyHash: string;
    readonly keys: readonly string[];
    readonly since: number;
  }): Promise<boolean>;
  /**
   * Ends holds whose submit was not accepted. Idempotent. Ignores keys that a submit or a worker has used.
   *
   * @param command.refused keys that the host refused or never received: there is nothing to release.
   * @param command.unused keys that the host authorized: the outbox releases them now.
   */
  endHolds(command: { readonly refused: readonly string[]; readonly unused: readonly string[] }): Promise<void>;
}
