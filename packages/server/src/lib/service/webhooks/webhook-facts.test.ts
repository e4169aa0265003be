import { describe, expect, it } from "vitest";
import { parseWebhookFacts } from "./webhook-facts.js";

const facts = { deliveryId: "msg_1", requestId: "job-1", timestamp: 1_800_000_000_000 };

describe("parseWebhookFacts", () => {
  it("accepts facts with or without an operation", () => {
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
    ["an empty delivery id", { ...facts, deliveryId: "" }],
    ["a delivery id that is a number", { ...facts, deliveryId: 1 }],
    ["a delivery id that is too long", { ...facts, deliveryId: "d".repeat(256) }],
    ["no job", { ...facts, requestId: null }],
    ["an empty job id", { ...facts, requestId: "" }],
    ["a timestamp as text", { ...facts, timestamp: "1800000000000" }],
  ])("returns null for %s", (_what, result) => {
    expect(parseWebhookFacts(result)).toBeNull();
  });

  it("distinguishes an operation that cannot be stored from no operation", () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const operationOf = (operation: unknown) => parseWebhookFacts({ ...facts, operation })?.operation;
    expect([undefined, null, () => {}].map(operationOf)).toEqual([null, null, null]);
    expect([circle, 1n, "x".repeat(70_000)].map(operationOf)).toEqual([undefined, undefined, undefined]);
  });
});
