import type { RemainingRate } from "../../contract/wire.js";
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
export function checkRate(
  limits: Limits,
  { owner, count }: { readonly owner: MockOwner; readonly count: number },
): RateSlot {
  const { rate } = limits;
  if (rate === null) return { take: () => undefined, headers: () => rateHeaders(limits, null) };
  const { requests, perMs } = rate;
  const now = Date.now();
  const headers: RateSlot["headers"] = () => rateHeaders(limits, rateState({ rate, owner, now }));
  // Checks the last submit, as if the others had been accepted.
  const { theoreticalArrivalMs } = owner;
  const arrivalMs = Math.max(theoreticalArrivalMs, now) + ((count - 1) * perMs) / requests;
  const others = { theoreticalArrivalMs: arrivalMs };
  const refused = rateState({ rate, owner: others, now });
  if (refused.remaining === 0) {
    const { retryAfterMs } = refused;
    throw new Refusal("rate_limited", { retryAfterMs, headers: rateHeaders(limits, refused) });
  }
  return {
    take() {
      owner.theoreticalArrivalMs = arrivalMs + perMs / requests;
    },
    headers,
  };
}

/** The use of the rate limit; `null` without one. */
export function remainingRate({ rate }: Limits, owner: MockOwner): RemainingRate | null {
  if (rate === null) return null;
  const { remaining, retryAfterMs } = rateState({ rate, owner, now: Date.now() });
  return { max: rate.requests, perMs: rate.perMs, remaining, retryAfterMs };
}

/** The state of the limiter, as the server computes it. */
function rateState({
  rate: { requests, perMs },
  owner,
  now,
}: {
  readonly rate: NonNullable<Limits["rate"]>;
  readonly owner: Pick<MockOwner, "theoreticalArrivalMs">;
  readonly now: number;
}) {
  const intervalMs = perMs / requests;
  const aheadMs = Math.max(owner.theoreticalArrivalMs - now, 0);
  // 0.001 tolerates float rounding.
  const remaining = Math.max(Math.floor((perMs - aheadMs + 0.001) / intervalMs), 0);
  const retryAfterMs = remaining > 0 ? 0 : Math.max(Math.ceil(aheadMs + intervalMs - perMs), 1);
  return { remaining, retryAfterMs, resetMs: Math.ceil(aheadMs) };
}

/** Headers with the limits, and the remaining number of submits unless `state` is `null`. */
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
