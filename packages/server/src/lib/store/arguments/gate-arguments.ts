import type { GateLimit } from "../../ports/store/gate-limit.js";
import { maxConcurrencyOf } from "../clock/gate-capacity.js";

/** Named arguments of a claim with limits. `limits`: a JSON list. */
export function limitArguments(limits: readonly GateLimit[]) {
  const list = limits.map(({ concurrency, key, rate }) => ({
    key,
    concurrency,
    intervalMs: rate?.intervalMs ?? null,
    burst: rate?.burst ?? null,
  }));
  return { limits: JSON.stringify(list), maxConcurrency: maxConcurrencyOf(limits) };
}
