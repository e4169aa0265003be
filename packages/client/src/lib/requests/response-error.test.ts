import { describe, expect, it } from "vitest";
import { manualServer, origin, problemResponse } from "../../../test/manual-server.js";
import { testClient } from "../../../test/test-client.js";
import { type ProblemCode, problems } from "../contract/problem.js";
import { isKnownCode, isRetryable } from "./problem-codes.js";
import { responseError } from "./response-error.js";
import { SafelightError } from "./safelight-error.js";

const server = manualServer();

async function errorOf(response: Response): Promise<SafelightError> {
  const { client } = testClient();
  const failed = client.cancel("gen_1").then(
    () => null,
    (error: unknown) => error,
  );
  (await server.next()).answer(response);
  const error = await failed;
  if (!SafelightError.isInstance(error)) throw new Error("the call did not fail as expected", { cause: error });
  return error;
}

const html = (status: number) => new Response("<!doctype html><h1>Hello</h1>", { status });
const json = (status: number, body: unknown) => Response.json(body, { status });

// Retryable codes are tested with the retries.
const codes = Object.entries(problems).flatMap(([code, { status, retryable }]) =>
  status !== null && !retryable && isKnownCode(code) ? [{ code, status }] : [],
);

describe("SafelightError", () => {
  it.each(codes)("has $code with its status $status, message and request", async ({ code, status }) => {
    const error = await errorOf(problemResponse(code));
    expect({ ...error }).toMatchObject({ code, status, retryable: false, requestId: "req_1", retryAfterMs: null });
    expect(`${error}`).toBe(`SafelightError: about ${code}`);
  });

  it("has the members of its code, and null or empty values for others", async () => {
    const issues = [{ message: "too long", path: ["prompt"] }];
    expect(await errorOf(problemResponse("invalid_input", { issues }))).toMatchObject({ issues });
    expect(await errorOf(problemResponse("insufficient_credits", { required: 4, available: 0 }))).toMatchObject({
      required: 4,
      available: 0,
      issues: [],
      activeIds: [],
      credits: null,
    });
    expect(await errorOf(problemResponse("price_changed", { credits: 5 }))).toMatchObject({ credits: 5 });
    const busy = problemResponse("too_many_active", { activeIds: ["gen_1"] }, { "retry-after": "2" });
    expect(await errorOf(busy)).toMatchObject({ activeIds: ["gen_1"], retryAfterMs: 2_000, retryable: true });
  });

  it.each([
    ["the host's own sign-in", html(401), "unauthenticated"],
    ["a refusal of a later server", json(403, { code: "of_tomorrow" }), "forbidden"],
    ["a firewall's page", html(403), "invalid_response"],
    ["a proxy's size limit", html(413), "payload_too_large"],
    ["a proxy's rate limit", html(429), "rate_limited"],
    ["a crash of the host", html(500), "internal"],
    ["a page at a wrong URL", html(404), "invalid_response"],
    ["another API at a wrong URL", json(404, { message: "no route" }), "invalid_response"],
    ["an unknown status", html(418), "invalid_response"],
  ])("maps %s", async (_, response, code) => {
    expect(await errorOf(response)).toMatchObject({ code, status: response.status });
  });

  it("names basePath if another server responded", async () => {
    expect((await errorOf(html(404))).message).toMatch(`(POST ${origin}/api/generations/gen_1/cancel): check basePath`);
    for (const status of [401, 402, 403, 418]) {
      expect((await errorOf(html(status))).message).not.toMatch("check basePath");
    }
  });

  it.each([
    [404, "not_found"],
    [422, "invalid_input"],
    [400, "malformed_request"],
    [500, "internal"],
    [409, "invalid_response"],
  ])("maps an unknown code of status %i to %s, and keeps its detail and request id", async (status, code) => {
    const body = { code: "of_tomorrow", detail: "Come back tomorrow.", retryable: false, requestId: "req_2" };
    const error = await errorOf(json(status, body));
    expect({ ...error }).toMatchObject({ code, status, requestId: "req_2" });
    expect(error.message).toBe("Come back tomorrow.");
  });

  it("ignores members of other APIs that have the contract's names", async () => {
    const members = { issues: "none", activeIds: 7, required: "yes", credits: {}, retryable: "no" };
    for (const code of ["E_BUSY", undefined]) {
      expect(await errorOf(json(409, { code, ...members }))).toMatchObject({
        issues: [],
        activeIds: [],
        required: null,
        credits: null,
        retryable: false,
      });
    }
  });

  it("ignores a detail that is not a string", async () => {
    const error = await errorOf(json(422, { detail: [{ loc: ["body"], msg: "field required" }] }));
    expect(error.message).toBe(`HTTP 422 invalid_input (POST ${origin}/api/generations/gen_1/cancel)`);
  });

  it.each([502, 503, 504, 521])("maps a proxy's %i to an unavailable server", (status) => {
    const response = { status, headers: new Headers(), body: null, request: "GET /active", now: 0 };
    expect({ ...responseError(response) }).toMatchObject({ code: "unavailable", status, retryable: true });
  });

  it("uses the retryable member of a later server", async () => {
    const body = { code: "of_tomorrow", retryable: true };
    expect(await errorOf(json(409, body))).toHaveProperty("retryable", true);
  });

  it("reads the request id from the header if the body has none", async () => {
    const response = new Response("", { status: 401, headers: { "x-request-id": "req_3" } });
    const error = await errorOf(response);
    expect(error.requestId).toBe("req_3");
    expect(error.message).toBe(`HTTP 401 unauthenticated (POST ${origin}/api/generations/gen_1/cancel)`);
  });

  it("parses a date in Retry-After, and ignores other text", async () => {
    const at = new Date(1_800_000_090_000).toUTCString();
    const dated = problemResponse("too_many_active", {}, { "retry-after": at });
    expect(await errorOf(dated)).toHaveProperty("retryAfterMs", 90_000);
    const past = problemResponse("too_many_active", {}, { "retry-after": new Date(0).toUTCString() });
    expect(await errorOf(past)).toHaveProperty("retryAfterMs", 0);
    const nonsense = problemResponse("too_many_active", {}, { "retry-after": "soon" });
    expect(await errorOf(nonsense)).toHaveProperty("retryAfterMs", null);
  });

  it("recognizes errors of another copy of the package, and no other values", () => {
    const copy = { [Symbol.for("safelight.SafelightError")]: true };
    expect(SafelightError.isInstance(copy)).toBe(true);
    for (const other of [new Error("no"), null, undefined, "network"])
      expect(SafelightError.isInstance(other)).toBe(false);
  });

  it("keeps its cause", () => {
    const cause = new TypeError("fetch failed");
    expect(new SafelightError("network", "no", { cause }).cause).toBe(cause);
  });
});

describe("problem codes of the client", () => {
  it("match the contract's table, including which are retryable", () => {
    for (const [code, { retryable }] of Object.entries(problems)) {
      expect(isKnownCode(code)).toBe(true);
      // The keys of the table are the codes.
      expect(isRetryable(code as ProblemCode)).toBe(retryable);
    }
    for (const other of ["of_tomorrow", "toString", 404, null]) expect(isKnownCode(other)).toBe(false);
  });
});

describe("a malformed response", () => {
  it.each([
    ["HTML", html(200)],
    ["not an object", json(200, [])],
    ["null in place of the generation", json(200, { generation: null })],
    ["another API's object", json(200, { status: "ok" })],
    ["nothing", new Response("")],
  ])("rejects with invalid_response: %s", async (_, response) => {
    const { client, environment } = testClient();
    const got = client.get("gen_1");
    for (const pauseMs of [250, 500, null]) {
      (await server.next()).answer(response.clone());
      if (pauseMs !== null) await environment.elapse(pauseMs);
    }
    await expect(got).rejects.toMatchObject({ code: "invalid_response", status: 200, retryable: false });
  });
});
