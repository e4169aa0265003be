import { describe, expect, it } from "vitest";
import { manualServer, origin, problemResponse } from "../../../test/manual-server.js";
import { testClient } from "../../../test/test-client.js";
import { type ProblemCode, problems } from "../contract/problem.js";
import { isDefinite } from "../watching/is-definite.js";
import { responseError } from "./response-error.js";
import { SafelightError } from "./safelight-error.js";
import { parseJson } from "./transport.js";

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

/** The error without the client's retries. */
async function onceErrorOf(response: Response): Promise<SafelightError> {
  const { headers, status } = response;
  return responseError({ status, headers, body: parseJson(await response.text()), request: "GET /active", now: 0 });
}

const html = (status: number) => new Response("<!doctype html><h1>Hello</h1>", { status });
const json = (status: number, body: unknown) => Response.json(body, { status });

// The keys of the table are the codes.
const rows = Object.entries(problems).map(([code, row]) => ({ code: code as ProblemCode, ...row }));
/** A problem whose code this client does not know. */
const tomorrow = { type: "urn:safelight:problem:of_tomorrow", code: "of_tomorrow", retryable: false } as const;

describe("SafelightError", () => {
  it.each(rows)("has $code with its status $status, message and request", async ({ code, status, retryable }) => {
    const error = await onceErrorOf(problemResponse(code));
    expect({ ...error }).toMatchObject({
      code,
      status: status ?? 500,
      retryable,
      requestId: "req_1",
      retryAfterMs: null,
    });
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
    ["a firewall's page", html(403), "invalid_response"],
    ["a firewall's JSON", json(403, { code: "forbidden" }), "invalid_response"],
    ["a proxy's size limit", html(413), "payload_too_large"],
    ["a proxy's rate limit", html(429), "rate_limited"],
    ["a crash of the host", html(500), "internal"],
    ["a page at a wrong URL", html(404), "invalid_response"],
    ["another API at a wrong URL", json(404, { message: "no route" }), "invalid_response"],
    ["another API's code at a wrong URL", json(404, { code: "not_found", retryable: false }), "invalid_response"],
    ["a conflict of another API", json(409, { code: "price_changed" }), "invalid_response"],
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

  it.each([400, 403, 404, 409, 422, 500])("passes on the code of a later server with status %i", async (status) => {
    const error = await errorOf(json(status, { ...tomorrow, detail: "Come back tomorrow.", requestId: "req_2" }));
    expect({ ...error }).toMatchObject({ code: "of_tomorrow", status, retryable: false, requestId: "req_2" });
    expect(error.message).toBe("Come back tomorrow.");
  });

  it("uses the server's retryable member, with each code", async () => {
    for (const code of ["of_tomorrow", "not_terminal", "rate_limited"]) {
      for (const retryable of [true, false]) {
        const body = { type: `urn:safelight:problem:${code}`, code, retryable };
        expect(await errorOf(json(409, body))).toMatchObject({ code, retryable });
      }
    }
  });

  it.each([
    ["without a type", { type: undefined }],
    ["of another type", { type: "about:blank" }],
    ["of a type that is not a string", { type: [tomorrow.type] }],
    ["with a type of another code", { type: "urn:safelight:problem:other" }],
    ["with a code that is not a string", { type: "urn:safelight:problem:7", code: 7 }],
    ["without a code", { code: undefined }],
    ["without a retryable member", { retryable: undefined }],
    ["with a retryable member that is not a boolean", { retryable: "no" }],
  ])("uses no member of a problem %s", async (_, changes) => {
    const members = { issues: "none", activeIds: 7, required: "yes", credits: {}, requestId: 8 };
    const body = { ...tomorrow, retryable: true, ...members, ...changes };
    expect({ ...(await errorOf(json(409, body))) }).toMatchObject({
      code: "invalid_response",
      issues: [],
      activeIds: [],
      required: null,
      credits: null,
      retryable: false,
      requestId: null,
    });
  });

  it("ignores a detail that is not a string", async () => {
    const error = await errorOf(json(422, { detail: [{ loc: ["body"], msg: "field required" }] }));
    expect(error.message).toBe(`HTTP 422 invalid_input (POST ${origin}/api/generations/gen_1/cancel)`);
  });

  it.each([502, 503, 504, 521])("maps a proxy's %i to an unavailable server", async (status) => {
    expect({ ...(await onceErrorOf(html(status))) }).toMatchObject({ code: "unavailable", status, retryable: true });
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

describe("errors without a problem of the server", () => {
  it("are as retryable as the contract states", async () => {
    for (const status of [400, 401, 403, 404, 408, 413, 422, 429, 500, 502, 503]) {
      const { code, retryable } = await onceErrorOf(html(status));
      expect({ code, retryable }).toEqual({ code, retryable: problems[code].retryable });
    }
    for (const { code, status, retryable } of rows) {
      if (status === null) expect(new SafelightError(code, "created by the client")).toMatchObject({ retryable });
    }
  });
});

describe("isDefinite", () => {
  const isDefiniteOf = async (response: Response) => isDefinite(await onceErrorOf(response));

  it.each(rows)("needs a 4xx of the server that is not retryable: $code", async ({ code, status, retryable }) => {
    const expected = status !== null && status < 500 && !retryable;
    expect(await isDefiniteOf(problemResponse(code))).toBe(expected);
  });

  it("is true for the host's own sign-in, and for a later server's refusal", async () => {
    expect(await isDefiniteOf(html(401))).toBe(true);
    expect(await isDefiniteOf(json(409, tomorrow))).toBe(true);
    expect(await isDefiniteOf(json(409, { ...tomorrow, retryable: true }))).toBe(false);
  });

  it.each([200, 403, 404, 418, 429, 500, 502])("is false for a page with status %i", async (status) => {
    expect(await isDefiniteOf(html(status))).toBe(false);
  });

  it("is false without a response", () => {
    for (const code of ["network", "timeout", "not_found"] as const) {
      expect(isDefinite(new SafelightError(code, "created by the client"))).toBe(false);
    }
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
