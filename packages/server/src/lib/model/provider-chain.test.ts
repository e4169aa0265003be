import { describe, expect, it } from "vitest";
import { providerOf } from "./provider-chain.js";

const a = { id: "a" };
const b = { id: "b" };

describe("providerOf", () => {
  it("is null for a provider that the model does not name", () => {
    expect(providerOf([a, b], { number: 1, providerId: "gone" })).toBeNull();
  });

  it("finds a provider that was moved behind the place that the attempt could reach", () => {
    expect(providerOf([b, a], { number: 1, providerId: "a" })).toBe(a);
  });

  it("tells apart the places of a vendor that a chain names twice", () => {
    const fast = { id: "a", model: "fast" };
    const slow = { id: "a", model: "slow" };
    expect(providerOf([fast, slow], { number: 1, providerId: "a" })).toBe(fast);
    expect(providerOf([fast, slow], { number: 2, providerId: "a" })).toBe(slow);
  });
});
