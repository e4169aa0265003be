import { describe, expect, it } from "vitest";
import { googleFailure } from "./google-failure.js";

const now = Date.parse("2026-11-01T10:00:00Z");
const keyInvalid = { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" };
const quota = (quotaId: string) => ({
  "@type": "type.googleapis.com/google.rpc.QuotaFailure",
  violations: [{ quotaMetric: "generativelanguage.googleapis.com/generate_content_requests", quotaId }],
});
const retryIn = (retryDelay: unknown) => ({ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay });

describe("googleFailure", () => {
  it.each([
    [400, { status: "INVALID_ARGUMENT" }, "invalid_input"],
    [400, { status: "INVALID_ARGUMENT", details: [keyInvalid] }, "unauthenticated"],
    [
      400,
      { status: "INVALID_ARGUMENT", message: "API key not valid. Please pass a valid API key." },
      "unauthenticated",
    ],
    [400, { status: "FAILED_PRECONDITION" }, "forbidden"],
    [401, { status: "UNAUTHENTICATED" }, "unauthenticated"],
    [402, { status: "RESOURCE_EXHAUSTED" }, "insufficient_credit"],
    [403, { status: "PERMISSION_DENIED" }, "forbidden"],
    [404, { status: "NOT_FOUND" }, "not_found"],
    [429, { status: "RESOURCE_EXHAUSTED" }, "rate_limited"],
    [429, { status: "RESOURCE_EXHAUSTED", details: [quota("GenerateRequestsPerMinutePerProject")] }, "rate_limited"],
    [
      429,
      { status: "RESOURCE_EXHAUSTED", details: [quota("GenerateRequestsPerDayPerProject")] },
      "insufficient_credit",
    ],
    [429, { status: "RESOURCE_EXHAUSTED", details: [quota("SpendPerProject")] }, "insufficient_credit"],
    [429, { status: "RESOURCE_EXHAUSTED", message: "Too many requests for this API key." }, "rate_limited"],
    [503, { status: "UNAVAILABLE" }, "provider_unavailable"],
  ])("maps %i with %j to %s", (status, error, code) => {
    expect(googleFailure(response(status, { error }), now)?.code).toBe(code);
    expect(googleFailure(response(status, [{ error }]), now)?.code).toBe(code);
  });

  it.each([
    [500, { error: { status: "INTERNAL" } }],
    [500, { error: { status: "INVALID_ARGUMENT", details: [keyInvalid] } }],
    [504, { error: { status: "DEADLINE_EXCEEDED" } }],
    [503, "<html>"],
    [502, null],
    [302, {}],
  ])("returns null for %i with %j", (status, body) => {
    expect(googleFailure(response(status, body), now)).toBeNull();
  });

  it("reads the delay that Google requests", () => {
    const waitOf = (...details: readonly unknown[]) =>
      googleFailure(response(429, { error: { status: "RESOURCE_EXHAUSTED", details } }), now)?.retryAfterMs;
    expect(waitOf(quota("PerMinute"), retryIn("21s"))).toBe(21_000);
    expect(waitOf(retryIn("36.429760048s"))).toBe(36_430);
    expect(waitOf(retryIn("0s"))).toBe(0);
    expect(waitOf(retryIn("999999s"))).toBe(3_600_000);
    for (const odd of ["soon", "-5s", "21", 21, null, {}]) expect(waitOf(retryIn(odd))).toBeUndefined();
  });

  it("reports reasons without text that may repeat the prompt", () => {
    const details = [quota("GenerateRequestsPerDay"), { reason: "a quiet lake" }];
    const error = { status: "RESOURCE_EXHAUSTED", message: "«a quiet lake» came too often", details };
    expect(googleFailure(response(429, { error }), now)?.message).toBe(
      "Google responded with 429 (RESOURCE_EXHAUSTED, GenerateRequestsPerDay).",
    );
  });

  it("handles malformed errors", () => {
    for (const error of [
      null,
      7,
      "gone",
      [],
      { status: {}, details: 7 },
      { details: [null, 7, { violations: [null] }] },
    ]) {
      expect(googleFailure(response(400, { error }), now)?.code).toBe("invalid_input");
    }
  });
});

function response(status: number, body: unknown) {
  return { status, headers: new Headers(), body: new TextEncoder().encode(JSON.stringify(body)) };
}
