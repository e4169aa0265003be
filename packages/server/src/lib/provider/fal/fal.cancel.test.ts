import { describe, expect, it } from "vitest";
import { callContext } from "../../../../testing/call-context.js";
import { recordedFetch } from "../../../../testing/vendors/recorded-fetch.js";
import { fal } from "./fal.js";

const base = "https://queue.fal.run/fal-ai/flux/requests/r1";
const operation = {
  requestId: "r1",
  statusUrl: `${base}/status`,
  responseUrl: `${base}/response`,
  cancelUrl: `${base}/cancel`,
};

function canceling(responses: { readonly cancel: Response; readonly status?: object; readonly result?: Response }) {
  const { cancel, status = { status: "COMPLETED" }, result = Response.json({}) } = responses;
  const vendor = recordedFetch(({ url }) => {
    if (url.endsWith("/cancel")) return cancel;
    return url.includes("/status") ? Response.json(status) : result;
  });
  return {
    ...vendor,
    cancel: async () => fal("fal-ai/flux/dev", { apiKey: "key", fetch: vendor.fetch }).cancel?.(operation, callContext),
  };
}

describe("fal cancel", () => {
  it("sends a PUT with the key to the URL from fal", async () => {
    const { cancel, requests } = canceling({ cancel: Response.json({ status: "OK" }, { status: 202 }) });
    expect(await cancel()).toBe("canceled");
    expect(requests.map(({ method, url }) => [method, url])).toEqual([["PUT", `${base}/cancel`]]);
    expect(requests[0]?.headers.get("authorization")).toBe("Key key");
  });

  it("returns requested if the job may continue", async () => {
    expect(await canceling({ cancel: Response.json({ status: "CANCELLATION_REQUESTED" }) }).cancel()).toBe("requested");
  });

  it("returns too_late for a job that fal does not find", async () => {
    const cancel = Response.json({ status: "NOT_FOUND" }, { status: 404 });
    expect(await canceling({ cancel }).cancel()).toBe("too_late");
  });

  it.each([
    ["too_late", { status: "COMPLETED" }, 200],
    ["too_late", { status: "COMPLETED", error: "x", error_type: "internal_error" }, 500],
    ["canceled", { status: "COMPLETED", error: "x", error_type: "client_cancelled" }, 499],
    ["canceled", { status: "COMPLETED", error: "x" }, 499],
  ])("returns %s for a job that ended with %j and %i", async (outcome, status, code) => {
    const cancel = Response.json({ status: "ALREADY_COMPLETED" }, { status: 400 });
    const result = Response.json({ detail: "x" }, { status: code });
    expect(await canceling({ cancel, status, result }).cancel()).toBe(outcome);
  });

  it.each([
    [401, "{}"],
    [500, "<html>"],
    [200, "{}"],
    [404, "<html>"],
  ])("throws for %i %s, so that the worker retries", async (status, body) => {
    await expect(canceling({ cancel: new Response(body, { status }) }).cancel()).rejects.toThrow("fal responded with");
  });
});
