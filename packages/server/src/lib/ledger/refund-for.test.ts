import { describe, expect, it } from "vitest";
import { type RefundFacts, refundFor } from "./refund-for.js";

const facts = {
  outcome: "canceled",
  accepted: true,
  providerConfirmedCancel: false,
  dropOnCancel: true,
  requestedOutputs: 1,
  storedOutputs: 0,
  credits: 4,
} satisfies RefundFacts;

const flags = [false, true].flatMap((accepted) =>
  [false, true].flatMap((providerConfirmedCancel) =>
    [false, true].map((dropOnCancel) => ({ accepted, providerConfirmedCancel, dropOnCancel })),
  ),
);

describe("refundFor", () => {
  it("gives nothing back for a whole result, whatever else holds", () => {
    for (const flag of flags) {
      expect(refundFor({ ...facts, ...flag, outcome: "completed", storedOutputs: 1 })).toBe(0);
    }
  });

  it.each([
    [4, 4, 4, 0],
    [4, 4, 3, 1],
    [4, 4, 1, 3],
    [10, 3, 2, 3],
    [1, 2, 1, 0],
    [0, 4, 1, 0],
    [4, 2, 3, 0],
    [Number.MAX_SAFE_INTEGER, 4, 1, 6_755_399_441_055_743],
  ])(
    "of %i credits for %i outputs of which %i came gives back %i",
    (credits, requestedOutputs, storedOutputs, returned) => {
      const result = { ...facts, outcome: "completed", credits, requestedOutputs, storedOutputs } as const;
      expect(refundFor(result)).toBe(returned);
    },
  );

  it("gives everything back for a failure, whatever else holds", () => {
    for (const flag of flags) expect(refundFor({ ...facts, ...flag, outcome: "failed" })).toBe(4);
  });

  it("keeps the credits when a result is dropped that the provider works on for", () => {
    expect(refundFor(facts)).toBe(0);
  });

  it("gives everything back when the provider never accepted", () => {
    expect(refundFor({ ...facts, accepted: false })).toBe(4);
  });

  it("gives everything back when the provider confirms the cancel", () => {
    expect(refundFor({ ...facts, providerConfirmedCancel: true })).toBe(4);
  });

  it("gives everything back when the policy does not drop results", () => {
    expect(refundFor({ ...facts, dropOnCancel: false })).toBe(4);
  });
});
