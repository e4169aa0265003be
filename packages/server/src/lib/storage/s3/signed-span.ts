const weekSeconds = 604_800;
const stepSeconds = 900;

/** The start of a signed URL's validity, in epoch milliseconds, and its length. */
export interface SignedSpan {
  readonly signedAt: number;
  readonly lifetimeSeconds: number;
}

/**
 * The span of a URL that expires at a given time. Calls for the same expiry within a quarter of an hour get the same
 * span, and so the same URL, which the browser has cached. The span begins in the past, never later than now.
 *
 * @throws {RangeError} when the expiry has passed, or is more than a week ahead, the max of a signature.
 */
export function signedSpan(expiresAt: number, now: number): SignedSpan {
  const expires = Math.floor(expiresAt / 1_000);
  const secondsLeft = expires - Math.floor(now / 1_000);
  if (!(secondsLeft >= 1 && secondsLeft <= weekSeconds))
    throw new RangeError("expiresAt must be in the future, at most a week ahead");
  const lifetimeSeconds = Math.ceil(secondsLeft / stepSeconds) * stepSeconds;
  return { signedAt: (expires - lifetimeSeconds) * 1_000, lifetimeSeconds };
}
