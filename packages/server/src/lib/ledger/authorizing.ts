/** Credits to reserve for one generation in the host's own credit system. */
export interface AuthorizeRequest {
  /** The id of the generation, and the key of the hold: `capture` and `release` receive the same one. */
  readonly key: string;
  /** The payer. */
  readonly accountId: string;
  readonly ownerId: string;
  /** Name of the model. */
  readonly model: string;
  /** The price. Safe integer > 0. */
  readonly credits: number;
  /**
   * Aborts after 30 seconds. The submit has then failed, as after a disconnect of its client, which does not abort the call. A
   * late result is still used: it releases the hold at once.
   */
  readonly signal: AbortSignal;
}

/** The host's decision about a hold. */
export type Authorization =
  | {
      readonly authorized: true;
      /**
       * The host's own reference of the hold, which `capture` and `release` receive: 1 to 1,024 characters.
       * @default null
       */
      readonly reference?: string;
    }
  | {
      /** The balance does not suffice, and nothing is held. */
      readonly authorized: false;
      /** Credits that the account has left. Safe integer ≥ 0. @default unknown */
      readonly available?: number;
    };

/** A hold to release. */
export interface HoldRelease {
  /** As `authorize` received it. */
  readonly key: string;
  /** As `authorize` received it, also after the generation was transferred or its owner deleted. */
  readonly accountId: string;
  /** From the authorization; `null` without one, also if its response was lost. */
  readonly reference: string | null;
  /** The credits that `authorize` was asked for. */
  readonly authorizedCredits: number;
  /** Aborts after 30 seconds, or when the worker stops: the call is then repeated. */
  readonly signal: AbortSignal;
}

/** A hold to capture. */
export interface HoldCapture extends HoldRelease {
  /** The credits to take, above 0 and at most `authorizedCredits`. Release the rest. */
  readonly credits: number;
}

/** Functions on the host's own credit system. `authorize`, `capture` and `release` may be called again with the same key. */
export interface AuthorizingOptions {
  /**
   * Reserves credits before the submit commits. The same key reserves once. It must refuse a key that was released, because
   * a slow request may arrive after the release. If it throws, the outcome is unknown: it is called once more. If that call
   * throws, too, the submit fails with `unavailable`, and the hold is released after five to ten minutes.
   */
  readonly authorize: (request: AuthorizeRequest) => Promise<Authorization> | Authorization;
  /**
   * Takes the credits of a hold and releases the rest, once per key. Called by the worker after the generation has completed,
   * or has ended with a refund of a part of its price, until it resolves.
   */
  readonly capture: (capture: HoldCapture) => Promise<void> | void;
  /**
   * Returns all credits of a hold, once per key. Called until it resolves, also for a key that `authorize` never received.
   * The host must then remember the key, so that a late `authorize` is refused.
   */
  readonly release: (release: HoldRelease) => Promise<void> | void;
  /**
   * Reads the credits of an account that are not held: safe integer ≥ 0, or `null` if unknown. Called for each response that
   * shows a balance, with 5 seconds to respond. If it throws, the response has no balance, and `GET /credits` responds with 503.
   *
   * @default responses have no balance, and `GET /credits` responds with 404
   */
  readonly balance?: ((accountId: string) => Promise<number | null> | number | null) | undefined;
}

/** Credits that the host keeps itself, from {@link authorizing}. */
export interface HostCredits extends AuthorizingOptions {
  readonly kind: "authorizing";
}

/**
 * Keeps the credits in the host's own system, as the `credits` option. A submit reserves its price with `authorize` before its
 * commit, which records the hold. The end of the generation captures or releases it through the outbox, with the same key,
 * until the host acknowledges. A hold without a committed submit is released after five minutes.
 *
 * @example
 * ```ts
 * createSafelight({
 *   credits: authorizing({
 *     authorize: ({ key, accountId, credits }) => wallet.hold({ key, accountId, credits }),
 *     capture: ({ key, credits }) => wallet.capture({ key, credits }),
 *     release: ({ key }) => wallet.release({ key }),
 *   }),
 *   // …
 * });
 * ```
 */
export function authorizing(options: AuthorizingOptions): HostCredits {
  return { ...options, kind: "authorizing" };
}
