import { Refusal, toWholeSeconds } from "../request/refusal.js";
import type { ServerSettings } from "../server-options.js";
import type { MockOwner } from "./mock-owner.js";

type Limits = Pick<ServerSettings, "rate" | "maxActive">;

/** A submit that the rate lets pass. */
interface RatePass {
  /** Counts it: what is refused for another reason counts for nothing. */
  take(): void;
  /** What is left, once it was counted. */
  headers(): Readonly<Record<string, string>>;
}

/**
 * Asks whether one more submit may pass: as many as the limit says at once, then one each time a share of the window is over.
 *
 * @throws {Refusal} rate_limited
 */
export function passRate(limits: Limits, owner: MockOwner): RatePass {
  const { rate } = limits;
  if (rate === null) return { take: () => undefined, headers: () => rateHeaders(limits, null) };
  const { requests, perMs } = rate;
  const intervalMs = perMs / requests;
  const now = Date.now();
  const aheadMs = (): number => Math.max(owner.rateTat - now, 0);
  const remaining = (): number => Math.max(Math.floor((perMs - aheadMs() + 0.001) / intervalMs), 0);
  const headers: RatePass["headers"] = () =>
    rateHeaders(limits, { remaining: remaining(), resetMs: Math.ceil(aheadMs()) });
  if (remaining() === 0) {
    const retryAfterMs = Math.max(Math.ceil(aheadMs() + intervalMs - perMs), 1);
    throw new Refusal("rate_limited", { retryAfterMs, headers: headers() });
  }
  return {
    take() {
      owner.rateTat = Math.max(owner.rateTat, now) + intervalMs;
    },
    headers,
  };
}

/** What the limits are, and how much is left; `null` where nothing was counted. */
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
