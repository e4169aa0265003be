import { describe, expect, it } from "vitest";
import { type ProviderErrorCode, providerErrors } from "../../generation/provider-failure.js";
import { chooseProvider, mayFallBack, nextProvider } from "./choose-provider.js";

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
    ["the first, before any attempt", null, a],
    ["the next, after a refusal that may be tried again", failed(1, "a", "rate_limited"), b],
    ["the next, after a refusal that only this vendor makes", failed(1, "a", "unauthenticated"), b],
    ["the last, once there", failed(2, "b", "rate_limited"), c],
    ["the last again: a chain is walked once", failed(3, "c", "rate_limited"), c],
    ["the same, when nothing definite is known", { number: 1, providerId: "a", failure: null }, a],
    ["the same, when the outcome stayed unknown", failed(1, "a", "submit_unknown"), a],
    ["the first, when the model does not name the latest any more", failed(1, "gone", "submit_unknown"), a],
  ])("is %s", (_which, latest, expected) => {
    expect(chooseProvider([a, b, c], latest)).toBe(expected);
  });

  it("walks a chain that names one vendor twice", () => {
    const fast = { id: "a", model: "fast" };
    const slow = { id: "a", model: "slow" };
    const chain = [fast, slow] as const;
    expect(chooseProvider(chain, failed(1, "a", "rate_limited"))).toBe(slow);
    expect(chooseProvider(chain, failed(2, "a", "rate_limited"))).toBe(slow);
  });
});

describe("nextProvider", () => {
  it("is null after the last of the chain", () => {
    expect(nextProvider([a, b], failed(1, "a", "rate_limited"))).toBe(b);
    expect(nextProvider([a, b], failed(2, "b", "rate_limited"))).toBeNull();
  });
});

describe("mayFallBack", () => {
  it("is decided for every code: what was refused for its content, or may be paid already, goes to nobody else", () => {
    const codes = Object.keys(providerErrors) as ProviderErrorCode[];
    const stays = codes.filter((code) => !mayFallBack({ code, message: "" }));
    expect(stays).toEqual([
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
