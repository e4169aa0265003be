import {
  APICallError,
  InvalidArgumentError,
  LoadAPIKeyError,
  NoSuchModelError,
  TypeValidationError,
  UnsupportedFunctionalityError,
} from "@ai-sdk/provider";
import { describe, expect, it } from "vitest";
import { failureOfError, reasonOfError } from "./failure-of-error.js";

const failure = (error: unknown) => failureOfError("openai gpt-image-1", { error, now: 1_700_000_000_000 });

function callError(change: Partial<ConstructorParameters<typeof APICallError>[0]>): APICallError {
  return new APICallError({
    message: "«a quiet lake» was not accepted",
    url: "https://api.vendor.example/v1/images",
    requestBodyValues: { prompt: "a quiet lake" },
    ...change,
  });
}

describe("an error of doGenerate", () => {
  it.each([
    [400, "", "invalid_input"],
    [422, "", "invalid_input"],
    [401, "", "unauthenticated"],
    [402, "", "insufficient_credit"],
    [403, "", "forbidden"],
    [404, "", "not_found"],
    [429, "", "rate_limited"],
    [400, '{"error":{"code":"moderation_blocked"}}', "content_blocked"],
    [403, '{"name":"content_moderation"}', "content_blocked"],
    [422, '{"detail":[{"type":"content_policy_violation"}]}', "content_blocked"],
    [429, '{"error":{"type":"insufficient_quota"}}', "insufficient_credit"],
    [403, '{"detail":"User is locked. Reason: Exhausted balance"}', "insufficient_credit"],
  ])("maps %i with %s to %s", (statusCode, responseBody, code) => {
    const found = failure(callError({ statusCode, responseBody }));
    expect(found).toMatchObject({ code });
    expect(found?.message).not.toContain("lake");
  });

  it.each([200, 408, 409, 500, 502, 503, 504])("returns null for %i, which does not prove a refusal", (statusCode) => {
    expect(failure(callError({ statusCode }))).toBeNull();
  });

  it("reads the delay that the vendor requests", () => {
    const error = callError({ statusCode: 429, responseHeaders: { "Retry-After": "2" } });
    expect(failure(error)).toMatchObject({ code: "rate_limited", retryAfterMs: 2_000 });
  });

  it("returns null for errors of polls and downloads after the paid request", () => {
    for (const statusCode of [404, 429, undefined]) {
      const change = { requestBodyValues: {}, cause: { code: "ECONNREFUSED" }, ...(statusCode && { statusCode }) };
      expect(failure(callError(change))).toBeNull();
    }
  });

  it("rejects an error without a status only if no connection was made", () => {
    const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    expect(failure(callError({ cause: refused }))).toMatchObject({ code: "provider_unavailable" });
    expect(failure(callError({ cause: new TypeError("fetch failed", { cause: refused }) }))).toMatchObject({
      code: "provider_unavailable",
    });
    const reset = Object.assign(new Error("read"), { code: "ECONNRESET" });
    expect(failure(callError({ cause: reset }))).toBeNull();
  });

  it.each([
    [new LoadAPIKeyError({ message: "none" }), "unauthenticated"],
    [new UnsupportedFunctionalityError({ functionality: "masks" }), "invalid_input"],
    [new InvalidArgumentError({ argument: "size", message: "none" }), "invalid_input"],
    [new TypeValidationError({ value: "a quiet lake", cause: null }), "invalid_input"],
    [new NoSuchModelError({ modelId: "gone", modelType: "imageModel" }), "not_found"],
  ] as const)("maps the marked error %s", (error, code) => {
    expect(failure(error)).toMatchObject({ code });
    expect(failure(error)?.message).not.toContain("lake");
  });

  it("maps gateway errors by status", () => {
    const marked = (statusCode: number) =>
      Object.assign(new Error("limit"), { statusCode, [Symbol.for("vercel.ai.gateway.error")]: true });
    expect(failure(marked(429))).toMatchObject({ code: "rate_limited" });
    expect(failure(marked(500))).toBeNull();
  });

  it.each([new Error("a quiet lake"), "a quiet lake", null, undefined, { statusCode: 400 }])(
    "returns null for other errors, such as %s, and keeps their text out of the log",
    (error) => {
      expect(failure(error)).toBeNull();
      expect(reasonOfError(error)).not.toContain("lake");
    },
  );

  it("logs the kind and the status of an error", () => {
    expect(reasonOfError(callError({ statusCode: 500 }))).toBe("AI_APICallError, 500");
    const refused = Object.assign(new Error("connect"), { code: "ECONNRESET" });
    expect(reasonOfError(new TypeError("fetch failed", { cause: refused }))).toBe("TypeError, ECONNRESET");
  });
});
