import { describe, expect, it } from "vitest";
import { anyInput } from "../../../testing/fakes/any-input.js";
import { scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import type { ProviderLimits } from "../ports/provider-limits.js";
import { withSetupCode } from "../ports/setup-error.js";
import { defineModel, definitionsOf } from "./define-model.js";
import { gateLimitsOf, gateOf } from "./gate-limits.js";

const limited = (limits: ProviderLimits | undefined, id = "fal") => ({ ...scriptedProvider({ id }), limits });

function limitsOf(...all: readonly (ProviderLimits | undefined)[]) {
  const models = all.map((limits, index) => [`m${index}`, defineModel({ input: anyInput, provider: limited(limits) })]);
  return gateLimitsOf(definitionsOf(Object.fromEntries(models)));
}

describe("gateLimitsOf", () => {
  it("returns the limits of each key once, and none for a provider without limits", () => {
    expect(limitsOf(undefined, { concurrency: 2 }, { concurrency: 2 }, { concurrency: 3, key: "eu" })).toEqual([
      { key: "fal", concurrency: 2, rate: null },
      { key: "eu", concurrency: 3, rate: null },
    ]);
  });

  it.each([
    [1, 1, 60_000],
    [10, 1, 6_000],
    [11, 2, 6_000],
    [600, 60, 60_000 / 541],
  ])("spaces %i starts a minute: %i at once, then one every %d ms", (requests, burst, intervalMs) => {
    const [limit] = limitsOf({ rate: { requests, perMs: 60_000 } });
    expect(limit?.rate).toEqual({ burst, intervalMs });
    // The burst, and all spaced starts within less than a minute after it.
    expect(burst + Math.ceil(60_000 / intervalMs - 0.001) - 1).toBeLessThanOrEqual(requests);
  });

  it("covers failover providers, which share the key of their vendor", () => {
    const provider = [limited({ key: "fal" }), limited({ key: "fal" })] as const;
    const models = definitionsOf({ demo: defineModel({ input: anyInput, provider: [...provider] }) });
    expect(models.demo?.providers.map(gateOf)).toEqual(["fal", "fal"]);
    expect(gateLimitsOf(models)).toHaveLength(1);
  });

  it("rejects different limits of one key, and names the model", () => {
    expect(() => limitsOf({ concurrency: 2 }, { concurrency: 3 })).toThrow(
      withSetupCode(
        "option_invalid",
        new TypeError(
          'The provider "fal" of the model "m1" has other limits than another provider with the key "fal": give both the same limits, or one of them another limits.key.',
        ),
      ),
    );
  });

  it.each([
    [{ concurrency: 0 }, "concurrency: use an integer from 1 to 100000"],
    [{ concurrency: 1.5 }, "concurrency: use an integer from 1 to 100000"],
    [{ rate: { requests: 0, perMs: 1_000 } }, "rate.requests: use an integer from 1"],
    [{ rate: { requests: 1, perMs: 0 } }, "rate.perMs: use milliseconds from 1 to a day"],
    [{ rate: { requests: 1, perMs: 86_400_001 } }, "rate.perMs: use milliseconds from 1 to a day"],
    [{ key: "" }, "key: use 1 to 64 characters"],
    [{ key: "x".repeat(65) }, "key: use 1 to 64 characters"],
  ])("rejects %j", (limits, message) => {
    expect(() => limitsOf(limits)).toThrow(`Invalid limits of the provider "fal" of the model "m0", ${message}.`);
  });
});
