import { describe, expect, it } from "vitest";
import type { VendorResponse } from "../kit/request/vendor-request.js";
import * as failure from "./openai-failure.js";

const { failureOfError } = failure;
const now = Date.parse("2026-11-01T10:00:00Z");
const failureOfResponse = (it: VendorResponse) => failure.failureOfResponse(it, now);

describe("failureOfResponse", () => {
  it.each([
    [400, { type: "image_generation_user_error", code: "moderation_blocked" }, "content_blocked"],
    [400, { type: "invalid_request_error", code: "content_policy_violation" }, "content_blocked"],
    [400, { type: "image_generation_user_error", code: null, param: "tools" }, "invalid_input"],
    [400, { type: "invalid_request_error", code: "invalid_value", param: "size" }, "invalid_input"],
    [400, { type: "invalid_request_error", code: "billing_hard_limit_reached" }, "insufficient_credit"],
    [400, { type: "invalid_request_error", code: "model_not_found" }, "not_found"],
    [401, { type: "invalid_request_error", code: "invalid_api_key" }, "unauthenticated"],
    [401, null, "unauthenticated"],
    [403, { type: "invalid_request_error", code: null }, "forbidden"],
    [404, { code: "model_not_found" }, "not_found"],
    [429, { type: "insufficient_quota", code: null }, "insufficient_credit"],
    [429, { type: "requests", code: "credit_balance_exhausted" }, "insufficient_credit"],
    [429, { code: "organization_spend_limit_exceeded" }, "insufficient_credit"],
    [429, { code: "project_spend_limit_exceeded" }, "insufficient_credit"],
    [429, { code: "organization_usage_limit_exceeded" }, "insufficient_credit"],
    [429, { type: "requests", code: "rate_limit_exceeded" }, "rate_limited"],
    [429, { type: "tokens", code: "another_limit" }, "rate_limited"],
    [503, { type: "server_error", code: "slow_down" }, "provider_unavailable"],
    [503, { type: "server_error", code: "server_is_overloaded" }, "provider_unavailable"],
  ])("maps %i with %j to %s", (status, error, code) => {
    expect(failureOfResponse(response(status, JSON.stringify({ error })))?.code).toBe(code);
  });

  it.each([
    [408, JSON.stringify({ error: { type: "server_error", code: null } })],
    [408, "<html>Request timeout</html>"],
    [409, JSON.stringify({ error: {} })],
    [500, JSON.stringify({ error: { type: "server_error", code: null } })],
    [500, JSON.stringify({ error: { type: "requests", code: "rate_limit_exceeded" } })],
    [500, JSON.stringify({ error: { type: "server_error", code: "slow_down" } })],
    [502, "<html>Bad gateway</html>"],
    [503, JSON.stringify({ error: { type: "server_error", code: null } })],
    [503, "<html>Service unavailable</html>"],
    [504, ""],
    [302, ""],
  ])("returns null for %i with %s", (status, body) => {
    expect(failureOfResponse(response(status, body))).toBeNull();
  });

  it("reports codes without text that may repeat the prompt", () => {
    const error = {
      message: "«a quiet lake» is not allowed",
      type: "image_generation_user_error",
      code: "moderation_blocked",
      param: "a quiet lake",
      moderation_details: { categories: ["sexual", "a quiet lake", 7], moderation_stage: "input" },
    };
    const headers = { "x-request-id": "req_123" };
    expect(failureOfResponse(response(400, JSON.stringify({ error }), headers))?.message).toBe(
      "OpenAI responded with 400 (image_generation_user_error, moderation_blocked, input, sexual), request req_123.",
    );
  });

  it("reads the requested delay, and does not retry if OpenAI rules it out", () => {
    const body = JSON.stringify({ error: { code: "rate_limit_exceeded" } });
    expect(failureOfResponse(response(429, body, { "retry-after-ms": "1500", "retry-after": "9" }))?.retryAfterMs).toBe(
      1_500,
    );
    expect(failureOfResponse(response(429, body, { "retry-after": "2" }))?.retryAfterMs).toBe(2_000);
    const date = "Sun, 01 Nov 2026 10:00:21 GMT";
    expect(failureOfResponse(response(429, body, { "retry-after": date }))?.retryAfterMs).toBe(21_000);
    expect(failureOfResponse(response(429, body))).not.toHaveProperty("retryAfterMs");
    expect(failureOfResponse(response(429, body, { "x-should-retry": "false" }))?.retryable).toBe(false);
    expect(failureOfResponse(response(429, body, { "x-should-retry": "true" }))).not.toHaveProperty("retryable");
  });

  it("handles malformed errors", () => {
    for (const error of [null, 7, "gone", [], { code: {}, type: [], moderation_details: 7 }, { code: "__proto__" }]) {
      expect(failureOfResponse(response(400, JSON.stringify({ error })))?.code).toBe("invalid_input");
    }
  });
});

describe("failureOfError", () => {
  it.each([
    [{ code: "image_content_policy_violation" }, "content_blocked"],
    [{ code: "bio_policy" }, "content_blocked"],
    [{ code: "invalid_prompt" }, "invalid_input"],
    [{ type: "invalid_request_error" }, "invalid_input"],
    [{ code: "rate_limit_exceeded" }, "rate_limited"],
    [{ code: "server_error" }, "provider_error"],
    [null, "provider_error"],
  ])("maps %j to %s", (error, code) => {
    expect(failureOfError(error, "later")).toMatchObject({ code });
  });
});

function response(status: number, body: string, headers: Record<string, string> = {}) {
  return { status, headers: new Headers(headers), body: new TextEncoder().encode(body) };
}
