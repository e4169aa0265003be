import type { RateState, SubmitLimits } from "../../ports/store/submit-commands.js";
import { toWholeSeconds } from "./whole-seconds.js";

/** The limits in the headers of every submit response. */
type HeaderLimits = Pick<SubmitLimits, "maxActive" | "rate">;

/**
 * Creates `RateLimit-Policy` and `RateLimit` as structured fields: the submits allowed per window, and the max number of
 * active generations.
 *
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ (checked 2026-11)
 */
export function rateLimitHeaders(limits: HeaderLimits, state: RateState | null): Record<string, string> {
  const { maxActive, rate } = limits;
  const policies = [
    ...(rate === null ? [] : [`"submit";q=${rate.requests};w=${toWholeSeconds(rate.perMs)}`]),
    ...(maxActive === null ? [] : [`"active";q=${maxActive}`]),
  ];
  if (policies.length === 0) return {};
  const policy = policies.join(", ");
  if (rate === null || state === null) return { "RateLimit-Policy": policy };
  const left = `"submit";r=${state.remaining};t=${toWholeSeconds(state.resetMs)}`;
  return { "RateLimit-Policy": policy, RateLimit: left };
}

/** As `rateLimitHeaders`, for an owner who has reached the active cap. */
export function activeCapHeaders(limits: HeaderLimits): Record<string, string> {
  return { ...rateLimitHeaders(limits, null), RateLimit: `"active";r=0` };
}
