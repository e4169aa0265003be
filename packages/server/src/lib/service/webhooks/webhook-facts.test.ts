import { describe, expect, it } from "vitest";
import { parseWebhookFacts } from "./webhook-facts.js";

const facts = { deliveryId: "msg_1", requestId: "job-1", timestamp: 1_800_000_000_000 };

describe("parseWebhookFacts", () => {
  it("takes what a provider says, with or without an operation", () => {
    expect(parseWebhookFacts(facts)).toEqual({ ...facts, operation: null });
    expect(parseWebhookFacts({ ...facts, operation: { id: 1 } })).toEqual({ ...facts, operation: { id: 1 } });
    const longest = { ...facts, deliveryId: "d".repeat(255), requestId: "r".repeat(255) };
    expect(parseWebhookFacts(longest)).toEqual({ ...longest, operation: null });
  });

  it.each<[string, unknown]>([
    ["nothing", null],
    ["nothing at all", undefined],
    ["a word", "verified"],
    ["no delivery", { ...facts, deliveryId: undefined }],
    ["an empty delivery", { ...facts, deliveryId: "" }],
    ["a delivery that is a number", { ...facts, deliveryId: 1 }],
    ["a delivery without end", { ...facts, deliveryId: "d".repeat(256) }],
    ["no job", { ...facts, requestId: null }],
    ["an empty job", { ...facts, requestId: "" }],
    ["a time in words", { ...facts, timestamp: "1800000000000" }],
  ])("believes nothing of %s", (_what, answer) => {
    expect(parseWebhookFacts(answer)).toBeNull();
  });

  it("tells an operation that cannot be kept from none", () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const operationOf = (operation: unknown) => parseWebhookFacts({ ...facts, operation })?.operation;
    expect([undefined, null, () => {}].map(operationOf)).toEqual([null, null, null]);
    expect([circle, 1n, "x".repeat(70_000)].map(operationOf)).toEqual([undefined, undefined, undefined]);
  });
});
