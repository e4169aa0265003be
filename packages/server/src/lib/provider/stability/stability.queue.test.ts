import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { submitRequest } from "../../../../testing/submit-request.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { createStabilityVendor } from "../../../../testing/vendors/stability-vendor.js";
import { toBase64 } from "../../bytes/base64.js";
import { stability } from "./stability.js";

const input = { prompt: "a lamp in the dark" };
const context = { input, token: "token-1", signal: new AbortController().signal };
const id = "0".repeat(63).concat("1");

/** Polls a queued tool whose vendor sends this response, with the URLs of the requests. */
async function poll(body: BodyInit, init: ResponseInit = {}, operation = { id, acceptedAt: Date.now() }) {
  const requested: string[] = [];
  const provider = stability("upscale/creative", {
    apiKey: "the-key",
    fetch: async (url) => {
      requested.push(String(url));
      return new Response(body, init);
    },
  });
  return {
    requested,
    status: await provider.poll?.(operation, { ...context, input: { ...input, output_format: "jpeg" } }),
  };
}

describe("stability with a queued tool", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ["upscale/creative", true],
    ["edit/replace-background-and-relight", true],
    ["upscale/fast", false],
    ["core", false],
  ])("derives for %s whether it is queued: %s", (model, resumable) => {
    const provider = stability(model);
    expect([provider.capabilities.resumable, provider.poll !== undefined]).toEqual([resumable, resumable]);
  });

  it("uses the queued option for an unknown tool", async () => {
    const fetch = async () => Response.json({ id });
    const known = stability("upscale/of-next-year", { apiKey: "the-key", fetch, queued: true });
    expect([known.capabilities.resumable, known.poll !== undefined]).toEqual([true, true]);
    const operation = { id, acceptedAt: Date.now() };
    expect(await known.submit(submitRequest({ input }))).toEqual({ type: "accepted", operation });

    const vendor = createStabilityVendor();
    const image: typeof globalThis.fetch = (_url, init) =>
      vendor.handle(new Request("https://api.stability.ai/v2beta/stable-image/generate/core", init));
    const changed = stability("upscale/creative", { apiKey: "the-key", fetch: image, queued: false });
    expect([changed.capabilities.resumable, changed.poll !== undefined]).toEqual([false, false]);
    expect((await changed.submit(submitRequest({ input }))).type).toBe("done");
  });

  it("stores the job id", async () => {
    const vendor = createStabilityVendor();
    const fetch: typeof globalThis.fetch = (url, init) => vendor.handle(new Request(url, init));
    const outcome = await stability("upscale/creative", { apiKey: "the-key", fetch }).submit(submitRequest({ input }));
    expect(outcome).toEqual({ type: "accepted", operation: { id, acceptedAt: Date.now() } });
  });

  it.each(["{}", '{"id":7}', "<html>"])("reports an unknown outcome for %s", async (body) => {
    const fetch = async () => new Response(body);
    const outcome = await stability("upscale/creative", { apiKey: "the-key", fetch }).submit(submitRequest({ input }));
    expect(outcome.type).toBe("unknown");
  });

  it("polls at most every ten seconds, at the configured base URL", async () => {
    const { requested, status } = await poll('{"id":"x","status":"in-progress"}', { status: 202 });
    expect(status).toEqual({ type: "running", progress: null, pollAfterMs: 10_000 });
    expect(requested).toEqual([`https://api.stability.ai/v2beta/results/${id}`]);
    const strange = await poll("{}", { status: 202 }, { id: "../../v1/user", acceptedAt: 0 });
    expect(strange.requested).toEqual(["https://api.stability.ai/v2beta/results/..%2F..%2Fv1%2Fuser"]);
  });

  it.each(["image", "result"])("finds the image in %s", async (name) => {
    const { status } = await poll(JSON.stringify({ [name]: toBase64(tinyPng()), finish_reason: "SUCCESS", seed: 1 }));
    expect(status).toEqual({ type: "done", outputs: [{ bytes: tinyPng(), contentType: "image/jpeg" }] });
  });

  it("treats an unknown state as running", async () => {
    expect((await poll('{"id":"x","status":"warming-up"}')).status?.type).toBe("running");
  });

  it("never returns a filtered image", async () => {
    const filtered = await poll(JSON.stringify({ image: toBase64(tinyPng()), finish_reason: "CONTENT_FILTERED" }));
    expect(filtered.status).toMatchObject({ type: "failed", failure: { code: "content_blocked" } });
    const moderated = await poll('{"name":"content_moderation","errors":["secret prompt"]}', { status: 403 });
    expect(moderated.status).toMatchObject({ type: "failed", failure: { code: "content_blocked" } });
    expect(JSON.stringify(moderated.status)).not.toContain("secret prompt");
  });

  it.each([
    [60_000, "job_lost"],
    [86_399_999, "job_lost"],
    [86_400_000, "result_expired"],
  ])("fails a missing job of age %i ms with %s", async (ageMs, expected) => {
    const { status } = await poll("{}", { status: 404 }, { id, acceptedAt: Date.now() - ageMs });
    expect(status).toMatchObject({ type: "failed", failure: { code: expected } });
  });

  it.each([0, 59_999])("throws for a missing job of age %i ms", async (ageMs) => {
    const operation = { id, acceptedAt: Date.now() - ageMs };
    await expect(poll("{}", { status: 404 }, operation)).rejects.toThrow("Stability AI");
  });

  it.each([
    [401, "{}"],
    [403, "{}"],
    [404, "<html>"],
    [429, "{}"],
    [500, ""],
    [200, "<html>"],
    [200, "{}"],
  ])("throws for %i %j, so that the worker polls again", async (status, body) => {
    await expect(poll(body, { status })).rejects.toThrow("Stability AI");
  });

  it("stops reading at the maximum output size", async () => {
    const vendor = createStabilityVendor();
    vendor.plan({ type: "huge" });
    const fetch: typeof globalThis.fetch = (url, init) => vendor.handle(new Request(url, init));
    const provider = stability("upscale/creative", { apiKey: "the-key", fetch });
    const outcome = await provider.submit(submitRequest({ input }));
    if (outcome.type !== "accepted") throw new Error("Expected an accepted job.");
    const status = await provider.poll?.(outcome.operation, { ...context, maxOutputBytes: 100_000 });
    expect(status).toMatchObject({ type: "failed", failure: { code: "output_rejected" } });
  });
});
