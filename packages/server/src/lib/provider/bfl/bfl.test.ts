import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { submitRequest } from "../../../../testing/submit-request.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { createBflVendor } from "../../../../testing/vendors/bfl-vendor.js";
import type { FakeVendor } from "../../../../testing/vendors/fake-vendor.js";
import { toBase64 } from "../../bytes/base64.js";
import type { ProviderErrorCode } from "../../generation/provider-failure.js";
import { type InputFiles, InputFileUnavailable } from "../../ports/input-files.js";
import { bfl } from "./bfl.js";

const input = { prompt: "a lamp in the dark" };

/** An adapter that sends to the fake vendor, with the URLs and keys of its requests. */
function scene(vendor: FakeVendor = createBflVendor()) {
  const sent: { url: string; key: string | null }[] = [];
  const fetch: typeof globalThis.fetch = (url, init) => {
    const request = new Request(url, init);
    sent.push({ url: request.url, key: request.headers.get("x-key") });
    return vendor.handle(request);
  };
  return { vendor, sent, provider: bfl("flux-2-pro", { apiKey: "the-key", fetch }) };
}

/** An adapter whose vendor always sends this response, with the URLs of its requests. */
function respondingWith(body: unknown, init: ResponseInit = {}) {
  const requested: string[] = [];
  const fetch: typeof globalThis.fetch = async (url) => {
    requested.push(String(url));
    return typeof body === "string" ? new Response(body, init) : Response.json(body, init);
  };
  return { requested, provider: bfl("flux-2-pro", { apiKey: "the-key", fetch }) };
}

const context = { input, token: "token-1", signal: new AbortController().signal };
const job = (change: object = {}) => ({
  id: "b1",
  pollingUrl: "https://api.us1.bfl.ai/v1/get_result?id=b1",
  acceptedAt: Date.now(),
  ...change,
});

describe("bfl submit", () => {
  it("sends the input to the model's path, with the key", async () => {
    const { provider, sent, vendor } = scene();
    await provider.submit(submitRequest({ input: { ...input, seed: 7, output_format: "png" } }));
    expect(sent).toEqual([{ url: "https://api.bfl.ai/v1/flux-2-pro", key: "the-key" }]);
    expect(vendor.paid.map(({ body }) => body)).toEqual([{ ...input, seed: 7, output_format: "png" }]);
  });

  it("keeps the polling URL and the cost of the fixture", async () => {
    const { provider } = respondingWith({
      id: "b1",
      polling_url: "https://api.us1.bfl.ai/v1/get_result?id=b1",
      cost: 3,
      input_mp: 0,
      output_mp: 1,
    });
    expect(await provider.submit(submitRequest({ input }))).toEqual({
      type: "accepted",
      operation: job({ acceptedAt: expect.any(Number) }),
      costs: [{ amount: 3, unit: "bfl-credits" }],
    });
  });

  it.each([
    ["http://api.bfl.ai/v1/get_result?id=b1"],
    ["https://api.bfl.ai:8443/v1/get_result?id=b1"],
    ["https://api.bfl.ai.example/v1/get_result?id=b1"],
    ["https://notbfl.ai/v1/get_result?id=b1"],
    ["https://api.bfl.ai@example.com/?id=b1"],
    ["file:///etc/passwd"],
    ["no URL"],
    [null],
    [undefined],
  ])("does not store %s, and polls the configured base URL", async (polling_url) => {
    const { requested, provider } = respondingWith({ id: "b1", polling_url });
    const outcome = await provider.submit(submitRequest({ input }));
    expect(outcome).toMatchObject({ type: "accepted", operation: { pollingUrl: null } });
    if (outcome.type === "accepted") await provider.poll?.(outcome.operation, context);
    expect(requested.at(-1)).toBe("https://api.bfl.ai/v1/get_result?id=b1");
  });

  it("polls a proxy through the proxy, and sends the proxy's key to no other host", async () => {
    const requested: string[] = [];
    const fetch: typeof globalThis.fetch = async (url) => {
      requested.push(String(url));
      return Response.json({ id: "b1", polling_url: "https://api.us1.bfl.ai/v1/get_result?id=b1" });
    };
    const provider = bfl("flux-2-pro", { apiKey: "the-key", baseUrl: "https://proxy.internal/bfl", fetch });
    const outcome = await provider.submit(submitRequest({ input }));
    if (outcome.type === "accepted") await provider.poll?.(outcome.operation, context);
    expect(requested).toEqual([
      "https://proxy.internal/bfl/v1/flux-2-pro",
      "https://proxy.internal/bfl/v1/get_result?id=b1",
    ]);
    await expect(provider.poll?.(job(), context)).rejects.toThrow("no API key");
  });

  it.each<[number, unknown, ProviderErrorCode]>([
    [400, { error: "bad", message: "no" }, "invalid_input"],
    [422, { detail: [{ loc: ["body", "width"], msg: "secret prompt", type: "multiple_of" }] }, "invalid_input"],
    [401, { detail: "Not authenticated" }, "unauthenticated"],
    [403, { detail: "Not authenticated" }, "unauthenticated"],
    [403, { detail: "Forbidden" }, "forbidden"],
    [402, { detail: "Insufficient credits" }, "insufficient_credit"],
    [404, { detail: "Not Found" }, "not_found"],
    [429, { detail: "Too many" }, "rate_limited"],
    [400, { error: "content_policy_violation", message: "secret prompt" }, "content_blocked"],
  ])("maps %i %j to %s without text of the vendor", async (status, body, code) => {
    const outcome = await respondingWith(body, { status }).provider.submit(submitRequest({ input }));
    expect(outcome).toMatchObject({ type: "rejected", failure: { code } });
    expect(JSON.stringify(outcome)).not.toContain("secret prompt");
  });

  it("reports the invalid field, and the delay that the vendor requests", async () => {
    const detail = [{ loc: ["body", "width"], msg: "x", type: "multiple_of" }, null, { loc: [{}, "a b"], type: 7 }];
    const invalid = await respondingWith({ detail }, { status: 422 }).provider.submit(submitRequest({ input }));
    expect(invalid).toMatchObject({ failure: { message: "BFL responded with 422: body.width multiple_of." } });
    const busy = respondingWith({}, { status: 429, headers: { "retry-after": "2" } });
    expect(await busy.provider.submit(submitRequest({ input }))).toMatchObject({ failure: { retryAfterMs: 2_000 } });
  });

  it.each([
    [500, "<html>"],
    [502, "<html>"],
    [503, "{}"],
    [504, ""],
    [302, ""],
    [200, "<html>"],
    [200, ""],
    [200, "[]"],
    [200, '{"id":7}'],
    [200, "null"],
  ])("reports an unknown outcome for %i %j", async (status, body) => {
    const outcome = await respondingWith(body, { status }).provider.submit(submitRequest({ input }));
    expect(outcome.type).toBe("unknown");
  });

  it("reports no cost if the vendor sends none", async () => {
    const outcome = await respondingWith({ id: "b1", cost: null }).provider.submit(submitRequest({ input }));
    expect(outcome).not.toHaveProperty("costs");
  });

  it("stops when the signal aborts", async () => {
    const fetch: typeof globalThis.fetch = async (_url, init) => {
      init?.signal?.throwIfAborted();
      return new Response();
    };
    const provider = bfl("flux-2-pro", { apiKey: "the-key", fetch });
    const outcome = await provider.submit(submitRequest({ input, signal: AbortSignal.abort() }));
    expect(outcome).toEqual({ type: "unknown", reason: expect.stringContaining("abort") });
    await expect(provider.poll?.(job(), { ...context, signal: AbortSignal.abort() })).rejects.toThrow("abort");
  });

  it("sends nothing without a key", async () => {
    vi.stubEnv("BFL_API_KEY", undefined);
    const { vendor } = scene();
    const outcome = await bfl("flux-2-pro", { fetch: vendor.handle as never }).submit(submitRequest({ input }));
    expect(outcome).toMatchObject({ type: "rejected", failure: { code: "unauthenticated" } });
    expect(vendor.paidAttempts).toBe(0);
    vi.unstubAllEnvs();
  });
});

describe("bfl with input images", () => {
  const reference = "inp_0191d1f0-0000-7000-8000-000000000001";
  const given = { ...input, input_image: reference, input_image_2: "https://example.com/two.png" };
  const filesAt = (url: string | null): InputFiles => ({
    urlOf: async () => url,
    read: async () => ({ bytes: tinyPng(), contentType: "image/png" }),
  });

  it("sends a URL", async () => {
    const { provider, vendor } = scene();
    await provider.submit(submitRequest({ input: given, files: filesAt("https://host.example/in.png") }));
    expect(vendor.paid[0]?.body).toEqual({ ...given, input_image: "https://host.example/in.png" });
  });

  it("sends plain base64 if there is no URL", async () => {
    const { provider, vendor } = scene();
    const nested = {
      ...given,
      layers: [{ source: reference }],
      image: `data:image/png;base64,${toBase64(tinyPng(9))}`,
    };
    await provider.submit(submitRequest({ input: nested, files: filesAt(null) }));
    const plain = toBase64(tinyPng());
    expect(vendor.paid[0]?.body).toEqual({
      ...given,
      input_image: plain,
      layers: [{ source: plain }],
      image: toBase64(tinyPng(9)),
    });
  });

  it("sends no paid request for a deleted image", async () => {
    const { provider, vendor } = scene();
    await expect(provider.submit(submitRequest({ input: given }))).rejects.toSatisfy(InputFileUnavailable.isInstance);
    expect(vendor.paidAttempts).toBe(0);
  });
});

describe("bfl poll", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it("polls the vendor's URL, and adds a missing id", async () => {
    const { requested, provider } = respondingWith({ status: "Pending" });
    await provider.poll?.(job(), context);
    await provider.poll?.(job({ pollingUrl: "https://api.eu2.bfl.ai/v1/get_result" }), context);
    expect(requested).toEqual([
      "https://api.us1.bfl.ai/v1/get_result?id=b1",
      "https://api.eu2.bfl.ai/v1/get_result?id=b1",
    ]);
  });

  it("never sends the key to a foreign host of a stored URL", async () => {
    const { requested, provider } = respondingWith({ status: "Pending" });
    await expect(provider.poll?.(job({ pollingUrl: "https://evil.example/?id=b1" }), context)).rejects.toThrow(
      "no API key",
    );
    expect(requested).toEqual([]);
  });

  it("returns the image of the fixture as a link", async () => {
    const sample = "https://delivery-us1.bfl.ai/results/b1/sample.jpeg?sig=x";
    const { provider } = respondingWith({ id: "b1", status: "Ready", result: { sample, seed: 42 }, progress: null });
    expect(await provider.poll?.(job(), context)).toEqual({ type: "done", outputs: [{ url: sample }] });
    expect(provider.mediaHosts).toEqual(["*.bfl.ai", "*.blob.core.windows.net"]);
  });

  it.each<[object, ProviderErrorCode]>([
    [{ status: "Request Moderated" }, "content_blocked"],
    [{ status: "Content Moderated" }, "content_blocked"],
    [{ state: "Content Moderated" }, "content_blocked"],
    [{ status: "Error" }, "provider_error"],
    [{ status: "Failed", error: "something else", message: "secret prompt" }, "provider_error"],
    [{ status: "Error", error: "content_policy_violation" }, "content_blocked"],
    [{ status: "Ready" }, "no_output"],
    [{ status: "Ready", result: null }, "no_output"],
    [{ status: "Ready", result: { sample: 7 } }, "no_output"],
  ])("fails %j with %s", async (body, code) => {
    const status = await respondingWith(body).provider.poll?.(job(), context);
    expect(status).toMatchObject({ type: "failed", failure: { code } });
    expect(JSON.stringify(status)).not.toContain("secret prompt");
  });

  it.each([{ status: "Pending" }, { status: "Warming Up", progress: 0.5 }, { status: null }, {}])(
    "treats %j as running",
    async (body) => {
      expect(await respondingWith(body).provider.poll?.(job(), context)).toEqual({ type: "running", progress: null });
    },
  );

  it.each([
    [{ status: "Task not found" }, 200],
    [{ status: "Task not found" }, 404],
    [{ detail: "Not Found" }, 404],
  ])("trusts %j with %i only one minute after acceptance", async (body, status) => {
    const { provider } = respondingWith(body, { status });
    const operation = job();
    vi.setSystemTime(Date.now() + 59_999);
    await expect(provider.poll?.(operation, context)).rejects.toThrow("b1");
    vi.setSystemTime(Date.now() + 1);
    const failure = { code: "job_lost", message: "BFL's job b1 was not found." };
    expect(await provider.poll?.(operation, context)).toEqual({ type: "failed", failure });
  });

  it.each([
    [401, "{}"],
    [403, "{}"],
    [404, "<html>"],
    [429, "{}"],
    [500, ""],
    [200, "<html>"],
    [200, "null"],
    [302, ""],
  ])("throws for %i %j, so that the worker polls again", async (status, body) => {
    await expect(respondingWith(body, { status }).provider.poll?.(job(), context)).rejects.toThrow("BFL");
  });
});
