import { Refusal, toWholeSeconds } from "../request/refusal.js";
import type { ServerSettings } from "../server-options.js";
import type { MockOwner } from "./mock-owner.js";

type Limits = Pick<ServerSettings, "rate" | "maxActive">;

/** A submit within the rate limit. */
interface RateSlot {
  /** Counts the submit. Submits that are refused for another reason are not counted. */
  take(): void;
  /** Headers with the remaining limit, after `take`. */
  headers(): Readonly<Record<string, string>>;
}

/**
 * Checks the rate limit: the full number of submits at once, then one per share of the window.
 *
 * @throws {Refusal} rate_limited
 */
export function checkRate(limits: Limits, owner: MockOwner): RateSlot {
  const { rate } = limits;
  if (rate === null) return { take: () => undefined, headers: () => rateHeaders(limits, null) };
  const { requests, perMs } = rate;
  const intervalMs = perMs / requests;
  const now = Date.now();
  const aheadMs = (): number => Math.max(owner.theoreticalArrivalMs - now, 0);
  // 0.001 tolerates float rounding.
  const remaining = (): number => Math.max(Math.floor((perMs - aheadMs() + 0.001) / intervalMs), 0);
  const headers: RateSlot["headers"] = () =>
    rateHeaders(limits, { remaining: remaining(), resetMs: Math.ceil(aheadMs()) });
  if (remaining() === 0) {
    const retryAfterMs = Math.max(Math.ceil(aheadMs() + intervalMs - perMs), 1);
    throw new Refusal("rate_limited", { retryAfterMs, headers: headers() });
  }
  return {
    take() {
      owner.theoreticalArrivalMs = Math.max(owner.theoreticalArrivalMs, now) + intervalMs;
    },
    headers,
  };
}

/** Headers with the limits and what is left; `null` if nothing was counted. */
export function rateHeaders(
  { rate, maxActive }: Limits,
  state: { readonly remaining: number; readonly resetMs: number } | null,
): Readonly<Record<string, string>> {
  const active = `"active";q=${maxActive}`;
  if (rate === null) return { "ratelimit-policy": active };
  const policy = `"submit";q=${rate.requests};w=${toWholeSeconds(rate.perMs)}, ${active}`;
  if (state === null) return { "ratelimit-policy": policy };
  return {
    "ratelimit-policy": policy,
    ratelimit: `"submit";r=${state.remaining};t=${toWholeSeconds(state.resetMs)}`,
  };
}
