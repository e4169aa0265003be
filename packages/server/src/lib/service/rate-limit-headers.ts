import type { RateState, SubmitLimits } from "../ports/store.js";

/**
 * `RateLimit-Policy` and `RateLimit` as structured fields: the submits that are allowed in a window, and the
 * generations that may be in progress at once.
 *
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ (checked 2026-11)
 */
export function rateLimitHeaders(limits: SubmitLimits, state: RateState | null): Record<string, string> {
  const active = `"active";q=${limits.maxActive}`;
  if (limits.rate === null) return { "RateLimit-Policy": active };
  const policy = `"submit";q=${limits.rate.requests};w=${toSeconds(limits.rate.perMs)}, ${active}`;
  if (state === null) return { "RateLimit-Policy": policy };
  const left = `"submit";r=${state.remaining};t=${toSeconds(state.resetMs)}`;
  return { "RateLimit-Policy": policy, RateLimit: left };
}

/** As `rateLimitHeaders`, for an owner who has reached the active cap. */
export function activeCapHeaders(limits: SubmitLimits): Record<string, string> {
  return { ...rateLimitHeaders(limits, null), RateLimit: `"active";r=0` };
}

function toSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000));
}
