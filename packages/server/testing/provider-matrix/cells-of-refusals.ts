import { type ProviderErrorCode, providerErrors } from "../../src/lib/generation/provider-failure.js";
import { type MatrixCell, must, notApplicable } from "./cell.js";
import { holds, playOne, playWithoutResponse } from "./play-one.js";

/** All provider error codes. */
const codes = Object.keys(providerErrors) as readonly ProviderErrorCode[];
const retryAfterSeconds = 7;

/** The vendor refuses every request: nothing is paid, and all credits are refunded. */
function refused(code: ProviderErrorCode): MatrixCell {
  const title = `refused: \`${code}\``;
  const play: MatrixCell["play"] = async ({ lostResponseReason, open, vendor }) => {
    if (!vendor.refusals.includes(code))
      return notApplicable("the vendor does not report it before it accepts a request");
    const world = await open();
    const reason = lostResponseReason(title);
    if (reason !== null) return playWithoutResponse(world, reason, [{ type: "refuse", code }]);
    const generation = await playOne(world, [{ type: "refuse", code }]);
    const { attempts } = world;
    for (const { failure } of attempts) must(failure === code, `The adapter reported ${failure}`);
    const isRetried = attempts.length > 1;
    must(isRetried === providerErrors[code].retryable, `There were ${attempts.length} attempts`);
    // Also if the refusals close a gate and use up no attempt: at the deadline, the last refusal is the reason.
    return holds(world, generation, providerErrors[code].failure, 0);
  };
  return { title, play };
}

const waits: MatrixCell = {
  title: "rate limit with `Retry-After`, then success",
  play: async ({ lostResponseReason, open, vendor }) => {
    if (!vendor.refusals.includes("rate_limited")) return notApplicable("the vendor has no rate limit");
    const world = await open();
    const retryAfter = String(retryAfterSeconds);
    const refusal = { type: "refuse", code: "rate_limited", retryAfter } as const;
    const reason = lostResponseReason(waits.title);
    if (reason !== null) return playWithoutResponse(world, reason, [refusal]);
    const generation = await playOne(world, [refusal, { type: "succeed" }]);
    const [first, second] = world.attempts;
    const waitedMs = (second?.at ?? 0) - (first?.at ?? 0);
    must(waitedMs >= retryAfterSeconds * 1_000, `The retry came after ${waitedMs} ms`);
    return holds(world, generation, "completed", 1);
  },
};

const unreachable: MatrixCell = {
  title: "unreachable vendor",
  play: async ({ lostResponseReason, open }) => {
    const world = await open({ isVendorDown: true });
    const reason = lostResponseReason(unreachable.title);
    if (reason !== null) return playWithoutResponse(world, reason, [{ type: "succeed" }]);
    const generation = await playOne(world, [{ type: "succeed" }]);
    must(world.attempts.length > 1, "There was no retry");
    return holds(world, generation, "provider_unavailable", 0);
  },
};

/** The vendor accepts the request and then fails. It may be charged for, so it is retried only if the adapter says so. */
function failed(code: ProviderErrorCode): MatrixCell {
  const title = `accepted, then failed: \`${code}\``;
  const play: MatrixCell["play"] = async ({ lostResponseReason, open, vendor }) => {
    if (!vendor.failures.includes(code))
      return notApplicable("the vendor does not report it after it accepts a request");
    const world = await open();
    const reason = lostResponseReason(title);
    if (reason !== null) return playWithoutResponse(world, reason, [{ type: "fail", code }]);
    const generation = await playOne(world, [{ type: "fail", code }, { type: "succeed" }]);
    const [first] = world.attempts;
    must(first?.failure === code, `The adapter reported ${first?.failure}`);
    const isRetried = world.attempts.length > 1;
    must(isRetried === first.isRetryable, `There were ${world.attempts.length} attempts`);
    return holds(world, generation, isRetried ? "completed" : providerErrors[code].failure, isRetried ? 2 : 1);
  };
  return { title, play };
}

/** All refusals and failures. */
export const cellsOfRefusals: readonly MatrixCell[] = [...codes.map(refused), waits, unreachable, ...codes.map(failed)];
