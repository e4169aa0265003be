import type { ProviderLimits } from "../ports/provider-limits.js";
import { withSetupCode } from "../ports/setup-error.js";
import type { GateLimit } from "../ports/store/gate-limit.js";
import type { ModelDefinitions } from "./define-model.js";

/** The part of a provider that has its limits. */
interface LimitedProvider {
  readonly id: string;
  readonly limits?: ProviderLimits | undefined;
}

const maxConcurrency = 100_000;
const dayMs = 86_400_000;

/** The gate of a provider's attempts; `null` without limits. */
export function gateOf({ id, limits }: LimitedProvider): string | null {
  return limits === undefined ? null : (limits.key ?? id);
}

/**
 * The limits of all providers of these models, each key once.
 *
 * @throws {TypeError} for invalid limits, and if two providers give different limits to one key.
 */
export function gateLimitsOf(models: ModelDefinitions): readonly GateLimit[] {
  const limits = new Map<string, GateLimit>();
  for (const [model, { providers }] of Object.entries(models)) {
    for (const provider of providers) {
      const limit = toGateLimit(provider, model);
      if (limit === null) continue;
      const known = limits.get(limit.key) ?? limit;
      if (JSON.stringify(known) !== JSON.stringify(limit)) {
        throw withSetupCode(
          "option_invalid",
          new TypeError(
            `The provider "${provider.id}" of the model "${model}" has other limits than another provider with the key ` +
              `"${limit.key}": give both the same limits, or one of them another limits.key.`,
          ),
        );
      }
      limits.set(limit.key, limit);
    }
  }
  return [...limits.values()];
}

function toGateLimit(provider: LimitedProvider, model: string): GateLimit | null {
  const { limits } = provider;
  const key = gateOf(provider);
  if (limits === undefined || key === null) return null;
  const { concurrency, rate } = limits;
  const checks = [
    ["key: use 1 to 64 characters", key.length > 0 && key.length <= 64],
    [`concurrency: use an integer from 1 to ${maxConcurrency}`, isCount(concurrency ?? 1)],
    ["rate.requests: use an integer from 1", isCount(rate?.requests ?? 1)],
    ["rate.perMs: use milliseconds from 1 to a day", rate === undefined || (rate.perMs >= 1 && rate.perMs <= dayMs)],
  ] as const;
  const [broken] = checks.find(([, holds]) => !holds) ?? [];
  if (broken !== undefined) {
    throw withSetupCode(
      "option_invalid",
      new TypeError(`Invalid limits of the provider "${provider.id}" of the model "${model}", ${broken}.`),
    );
  }
  return { key, concurrency: concurrency ?? null, rate: rate === undefined ? null : toSpacing(rate) };
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= maxConcurrency;
}

/**
 * GCRA with a small burst. With the whole limit as its burst, twice the limit could start within one period. This burst
 * and the spaced starts that follow it within `perMs` are at most `requests`.
 */
function toSpacing({ perMs, requests }: NonNullable<ProviderLimits["rate"]>): NonNullable<GateLimit["rate"]> {
  const burst = 1 + Math.floor((requests - 1) / 10);
  return { burst, intervalMs: perMs / (requests - burst + 1) };
}
