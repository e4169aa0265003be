const weekSeconds = 604_800;
const stepSeconds = 900;

/** From when on a signed URL holds, in epoch milliseconds, and for how long. */
export interface SignedSpan {
  readonly signedAt: number;
  readonly lifetimeSeconds: number;
}

/**
 * The span of a URL that expires at a time. Whoever asks for the same time within a quarter of an hour is given the same
 * span, and so the same URL, of which a browser has the bytes already: it begins in the past, and never later than now.
 *
 * @throws {RangeError} when the time has passed, or is more than a week ahead, which is all that may be signed for.
 */
export function signedSpan(expiresAt: number, now: number): SignedSpan {
  const expires = Math.floor(expiresAt / 1_000);
  const left = expires - Math.floor(now / 1_000);
  if (!(left >= 1 && left <= weekSeconds)) throw new RangeError("expiresAt lies ahead, and by no more than a week");
  const lifetimeSeconds = Math.ceil(left / stepSeconds) * stepSeconds;
  return { signedAt: (expires - lifetimeSeconds) * 1_000, lifetimeSeconds };
}
