import { describe, expect, it } from "vitest";
import { callContext } from "../../../../testing/call-context.js";
import { recordedFetch } from "../../../../testing/vendors/recorded-fetch.js";
import { replicate } from "./replicate.js";

function canceling(canceled: Response, requested: object = {}) {
  const { fetch, requests } = recordedFetch(({ method }) => (method === "POST" ? canceled : Response.json(requested)));
  const provider = replicate("black-forest-labs/flux-schnell", { apiKey: "key", fetch });
  return { requests, cancel: async () => provider.cancel?.({ id: "p1" }, callContext) };
}

describe("replicate cancel", () => {
  it("sends the id with the key", async () => {
    const { cancel, requests } = canceling(Response.json({ id: "p1", status: "canceled" }));
    await cancel();
    const url = "https://api.replicate.com/v1/predictions/p1/cancel";
    expect(requests.map((request) => [request.method, request.url])).toEqual([["POST", url]]);
    expect(requests[0]?.headers.get("authorization")).toBe("Bearer key");
  });

  it.each([
    ["canceled", "canceled"],
    ["aborted", "canceled"],
    ["succeeded", "too_late"],
    ["failed", "too_late"],
    ["processing", "requested"],
    ["starting", "requested"],
    ["canceling", "requested"],
  ])("maps a prediction that is %s to %s", async (status, outcome) => {
    expect(await canceling(Response.json({ id: "p1", status })).cancel()).toBe(outcome);
  });

  it.each([
    ["succeeded", "too_late"],
    ["canceled", "canceled"],
  ])("reads the status of a prediction that is %s and refuses the cancel", async (status, outcome) => {
    expect(await canceling(Response.json({}, { status: 422 }), { status }).cancel()).toBe(outcome);
  });

  it("returns too_late for a prediction that Replicate does not find", async () => {
    expect(await canceling(Response.json({}, { status: 404 })).cancel()).toBe("too_late");
  });

  it.each([
    [401, "{}"],
    [404, "<html>"],
    [429, "{}"],
    [500, "<html>"],
    [200, "<html>"],
    [422, "{}"],
  ])("throws for %i %s, so that the worker retries", async (status, body) => {
    await expect(canceling(new Response(body, { status })).cancel()).rejects.toThrow("Replicate");
  });
});
