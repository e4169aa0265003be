import { describe, expect, it } from "vitest";
import { type RefundFacts, refundFor } from "./refund-for.js";

const facts = {
  outcome: "canceled",
  accepted: true,
  providerConfirmedCancel: false,
  dropOnCancel: true,
  credits: 4,
} satisfies RefundFacts;

const flags = [false, true].flatMap((accepted) =>
  [false, true].flatMap((providerConfirmedCancel) =>
    [false, true].map((dropOnCancel) => ({ accepted, providerConfirmedCancel, dropOnCancel })),
  ),
);

describe("refundFor", () => {
  it("gives nothing back for a result, whatever else holds", () => {
    for (const flag of flags) expect(refundFor({ ...facts, ...flag, outcome: "completed" })).toBe(0);
  });

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
