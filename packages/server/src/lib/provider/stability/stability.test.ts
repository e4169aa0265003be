import { describe, expect, it, vi } from "vitest";
import { submitRequest } from "../../../../testing/submit-request.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { createStabilityVendor } from "../../../../testing/vendors/stability-vendor.js";
import { toBase64 } from "../../bytes/base64.js";
import type { ProviderErrorCode } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import { type InputFiles, InputFileUnavailable } from "../../ports/input-files.js";
import { stability } from "./stability.js";

const input = { prompt: "a lamp in the dark" };
const png = toBase64(tinyPng());

/** An adapter that sends to the fake vendor, with the URLs of its requests. */
function scene(model: string) {
  const vendor = createStabilityVendor();
  const requested: string[] = [];
  const fetch: typeof globalThis.fetch = (url, init) => {
    requested.push(String(url));
    return vendor.handle(new Request(url, init));
  };
  return { vendor, requested, provider: stability(model, { apiKey: "the-key", fetch }) };
}

/** An adapter whose vendor always sends this response. */
function respondingWith(body: BodyInit, init: ResponseInit = {}) {
  return stability("core", { apiKey: "the-key", fetch: async () => new Response(body, init) });
}

describe("stability submit", () => {
  it.each([
    ["core", "https://api.stability.ai/v2beta/stable-image/generate/core", {}],
    ["ultra", "https://api.stability.ai/v2beta/stable-image/generate/ultra", {}],
    ["sd3.5-medium", "https://api.stability.ai/v2beta/stable-image/generate/sd3", { model: "sd3.5-medium" }],
    ["sd3", "https://api.stability.ai/v2beta/stable-image/generate/sd3", {}],
    ["control/sketch", "https://api.stability.ai/v2beta/stable-image/control/sketch", {}],
  ])("sends %s to its path, always as a form", async (model, url, more) => {
    const { requested, provider, vendor } = scene(model);
    const outcome = await provider.submit(submitRequest({ input: { ...input, seed: 7, style_preset: undefined } }));
    expect(requested).toEqual([url]);
    expect(vendor.paid[0]?.body).toEqual({ ...input, seed: "7", ...more });
    expect(vendor.paid[0]?.headers.get("accept")).toBe("application/json");
    expect(outcome).toEqual({ type: "done", outputs: [{ bytes: tinyPng(), contentType: "image/png" }] });
  });

  it("never returns a filtered image", async () => {
    const body = { image: png, finish_reason: "CONTENT_FILTERED", seed: 1 };
    const json = await respondingWith(JSON.stringify(body)).submit(submitRequest({ input }));
    const headers = { "content-type": "image/png", "finish-reason": "CONTENT_FILTERED" };
    const raw = await respondingWith(Uint8Array.from(tinyPng()), { headers }).submit(submitRequest({ input }));
    const failure = { code: "content_blocked", message: "Stability AI filtered its output." };
    expect([json, raw]).toEqual([
      { type: "done", outputs: [{ failure }] },
      { type: "done", outputs: [{ failure }] },
    ]);
  });

  it("accepts an image as the response body", async () => {
    const headers = { "content-type": "image/jpeg; q=1", "finish-reason": "SUCCESS" };
    const outcome = await respondingWith(Uint8Array.from(tinyPng()), { headers }).submit(submitRequest({ input }));
    expect(outcome).toEqual({ type: "done", outputs: [{ bytes: tinyPng(), contentType: "image/jpeg" }] });
  });

  it("reports the requested content type", async () => {
    const { provider } = scene("core");
    const outcome = await provider.submit(submitRequest({ input: { ...input, output_format: "webp" } }));
    expect(outcome).toMatchObject({ type: "done", outputs: [{ contentType: "image/webp" }] });
  });

  const hint = " Check STABILITY_API_KEY, or the adapter's apiKey.";
  it.each<[number, string, ProviderErrorCode]>([
    [400, "bad_request", "invalid_input"],
    [413, "payload_too_large", "invalid_input"],
    [422, "invalid_language", "invalid_input"],
    [401, "unauthorized", "unauthenticated"],
    [402, "payment_required", "insufficient_credit"],
    [403, "content_moderation", "content_blocked"],
    [403, "forbidden", "forbidden"],
    [404, "not_found", "not_found"],
    [429, "rate_limit_exceeded", "rate_limited"],
  ])("maps %i %s to %s without text of the vendor", async (status, name, code) => {
    const body = JSON.stringify({ id: "s1", name, errors: ["secret prompt"] });
    expect(await respondingWith(body, { status }).submit(submitRequest({ input }))).toEqual({
      type: "rejected",
      failure: {
        code,
        message: `Stability AI responded with ${status}: ${name}.${code === "unauthenticated" ? hint : ""}`,
      },
    });
  });

  it.each([["Secret Prompt"], [7], [null]])("leaves out the name %j, which is not an identifier", async (name) => {
    const outcome = await respondingWith(JSON.stringify({ name }), { status: 400 }).submit(submitRequest({ input }));
    expect(outcome).toMatchObject({ failure: { message: "Stability AI responded with 400." } });
  });

  it.each([
    [500, '{"id":"s1","name":"internal_error","errors":[]}'],
    [502, "<html>"],
    [503, "{}"],
    [504, ""],
    [200, "<html>"],
    [200, ""],
    [200, "{}"],
    [200, "null"],
    [200, '{"image":7}'],
  ])("reports an unknown outcome for %i %j", async (status, body) => {
    expect((await respondingWith(body, { status }).submit(submitRequest({ input }))).type).toBe("unknown");
  });

  it.each([
    '{"image":"","finish_reason":"SUCCESS"}',
    '{"image":"%%","finish_reason":"SUCCESS"}',
    '{"finish_reason":"?"}',
  ])("fails the output of %s", async (body) => {
    const outcome = await respondingWith(body).submit(submitRequest({ input }));
    expect(outcome).toMatchObject({ type: "done", outputs: [{ failure: { code: "no_output" } }] });
  });

  it("stops reading at the maximum output size", async () => {
    const { provider, vendor } = scene("core");
    vendor.plan({ type: "huge" });
    const outcome = await provider.submit(submitRequest({ input, maxOutputBytes: 100_000 }));
    expect(outcome).toMatchObject({ type: "done", outputs: [{ failure: { code: "output_rejected" } }] });
  });

  it("sends nothing without a key", async () => {
    vi.stubEnv("STABILITY_API_KEY", undefined);
    const outcome = await stability("core").submit(submitRequest({ input }));
    expect(outcome).toMatchObject({ type: "rejected", failure: { code: "unauthenticated" } });
    vi.unstubAllEnvs();
  });

  it("stops when the signal aborts", async () => {
    const fetch: typeof globalThis.fetch = async (_url, init) => {
      init?.signal?.throwIfAborted();
      return new Response();
    };
    const provider = stability("core", { apiKey: "the-key", fetch });
    const outcome = await provider.submit(submitRequest({ input, signal: AbortSignal.abort() }));
    expect(outcome).toEqual({ type: "unknown", reason: expect.stringContaining("abort") });
  });
});

describe("stability with input images", () => {
  const reference = "inp_0191d1f0-0000-7000-8000-000000000001";
  const files: InputFiles = {
    urlOf: async () => "https://host.example/in.png",
    read: async () => ({ bytes: tinyPng(7), contentType: "image/png" }),
  };

  it.each([
    ["a reference", reference, tinyPng(7)],
    ["a data URL", `data:image/png;base64,${png}`, tinyPng()],
  ])("sends %s as a file", async (_what, image, bytes) => {
    const { provider, vendor } = scene("sd3.5-large");
    await provider.submit(submitRequest({ input: { ...input, image, strength: 0.5 }, files }));
    const body = asRecord(vendor.paid[0]?.body);
    expect(body).toMatchObject({ ...input, strength: "0.5", mode: "image-to-image", model: "sd3.5-large" });
    const { image: file } = body;
    if (!(file instanceof File)) throw new Error("Expected a file.");
    expect([file.name, file.type, await file.bytes()]).toEqual(["image.png", "image/png", bytes]);
  });

  it("sends no paid request for an image that would be sent as text", async () => {
    const { provider, vendor } = scene("core");
    const given = { ...input, edits: [{ image: reference }] };
    const outcome = await provider.submit(submitRequest({ input: given, files }));
    expect(outcome).toMatchObject({ type: "rejected", failure: { code: "invalid_input" } });
    expect(vendor.paidAttempts).toBe(0);
  });

  it("sends no paid request for a deleted image", async () => {
    const { provider, vendor } = scene("core");
    const given = { ...input, image: reference };
    await expect(provider.submit(submitRequest({ input: given }))).rejects.toSatisfy(InputFileUnavailable.isInstance);
    expect(vendor.paidAttempts).toBe(0);
  });
});
