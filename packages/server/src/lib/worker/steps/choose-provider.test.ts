import { describe, expect, it } from "vitest";
import { type ProviderErrorCode, providerErrors } from "../../generation/provider-failure.js";
import { chooseProvider, isFailoverable, nextProvider } from "./choose-provider.js";

const a = { id: "a" };
const b = { id: "b" };
const c = { id: "c" };
const failed = (number: number, providerId: string, code: ProviderErrorCode) => ({
  number,
  providerId,
  failure: { code, message: "" },
});

describe("chooseProvider", () => {
  it.each([
    ["the first one before any attempt", null, a],
    ["the next one after a retryable refusal", failed(1, "a", "rate_limited"), b],
    ["the next one after a refusal specific to the vendor", failed(1, "a", "unauthenticated"), b],
    ["the last one after a failover to it", failed(2, "b", "rate_limited"), c],
    ["the last one again, because failover moves forward only", failed(3, "c", "rate_limited"), c],
    ["the same one after an attempt without a failure", { number: 1, providerId: "a", failure: null }, a],
    ["the same one after an unknown outcome", failed(1, "a", "submit_unknown"), a],
    ["the first one if the model no longer lists the latest one", failed(1, "gone", "submit_unknown"), a],
  ])("returns %s", (_which, latest, expected) => {
    expect(chooseProvider([a, b, c], latest)).toBe(expected);
  });

  it("moves on in a list with two providers of one id", () => {
    const fast = { id: "a", model: "fast" };
    const slow = { id: "a", model: "slow" };
    const providers = [fast, slow] as const;
    expect(chooseProvider(providers, failed(1, "a", "rate_limited"))).toBe(slow);
    expect(chooseProvider(providers, failed(2, "a", "rate_limited"))).toBe(slow);
  });
});

describe("nextProvider", () => {
  it("returns null after the last provider", () => {
    expect(nextProvider([a, b], failed(1, "a", "rate_limited"))).toBe(b);
    expect(nextProvider([a, b], failed(2, "b", "rate_limited"))).toBeNull();
  });
});

describe("isFailoverable", () => {
  it("is false for refused content and for failures that may have been paid for, and true for every other code", () => {
    const codes = Object.keys(providerErrors) as ProviderErrorCode[];
    const notFailoverable = codes.filter((code) => !isFailoverable({ code, message: "" }));
    expect(notFailoverable).toEqual([
      "invalid_input",
      "content_blocked",
      "job_lost",
      "no_output",
      "result_expired",
      "output_rejected",
      "submit_unknown",
    ]);
  });
});
