import { describe, expect, it, vi } from "vitest";
import { submitRequest } from "../../../../testing/submit-request.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { createCloudflareVendor } from "../../../../testing/vendors/cloudflare-vendor.js";
import { toBase64 } from "../../bytes/base64.js";
import type { ProviderErrorCode } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import { type InputFiles, InputFileUnavailable } from "../../ports/input-files.js";
import { cloudflare } from "./cloudflare.js";

const input = { prompt: "a lamp in the dark" };
const schnell = "@cf/black-forest-labs/flux-1-schnell";
const klein = "@cf/black-forest-labs/flux-2-klein-4b";
const sdxl = "@cf/stabilityai/stable-diffusion-xl-base-1.0";
const png = toBase64(tinyPng());

/** An adapter that sends to the fake vendor, with the URLs of its requests. */
function scene(model: string = schnell) {
  const vendor = createCloudflareVendor();
  const requested: string[] = [];
  const fetch: typeof globalThis.fetch = (url, init) => {
    requested.push(String(url));
    return vendor.handle(new Request(String(url).replace("/client/v4", ""), init));
  };
  return { vendor, requested, provider: cloudflare(model, { apiKey: "the-key", accountId: "a1", fetch }) };
}

/** Submits to a vendor that sends this response. */
function submitTo(body: BodyInit, init: ResponseInit = {}) {
  const fetch = async () => new Response(body, init);
  return cloudflare(schnell, { apiKey: "the-key", accountId: "a1", fetch }).submit(submitRequest({ input }));
}

describe("cloudflare over HTTP", () => {
  it("sends JSON to the model's path in the account", async () => {
    const { requested, provider, vendor } = scene();
    const outcome = await provider.submit(submitRequest({ input: { ...input, steps: 4 } }));
    expect(requested).toEqual([`https://api.cloudflare.com/client/v4/accounts/a1/ai/run/${schnell}`]);
    expect(vendor.paid[0]?.body).toEqual({ ...input, steps: 4 });
    expect(outcome).toEqual({ type: "done", outputs: [{ bytes: tinyPng(), contentType: "image/jpeg" }] });
  });

  it("sends a form if the model expects one", async () => {
    const { provider, vendor } = scene(klein);
    await provider.submit(submitRequest({ input: { ...input, width: 1_024 } }));
    expect(vendor.paid[0]?.body).toEqual({ ...input, width: "1024" });
  });

  it("sends a form or JSON as the multipart option says", async () => {
    let body: unknown;
    const fetch: typeof globalThis.fetch = async (_url, init) => {
      body = init?.body;
      return new Response("{}");
    };
    const options = { apiKey: "the-key", accountId: "a1", fetch };
    await cloudflare("@cf/new/model", { ...options, multipart: true }).submit(submitRequest({ input }));
    expect(body).toBeInstanceOf(FormData);
    await cloudflare(klein, { ...options, multipart: false }).submit(submitRequest({ input }));
    expect(body).toBe(JSON.stringify(input));
  });

  it("accepts an image as the response body", async () => {
    const outcome = await scene(sdxl).provider.submit(submitRequest({ input }));
    expect(outcome).toEqual({ type: "done", outputs: [{ bytes: tinyPng(), contentType: "image/png" }] });
  });

  it.each([
    [{ result: { image: png }, success: true, errors: [], messages: [] }],
    [{ result: { image: `data:image/png;base64,${png}` }, success: true }],
    [{ result: png, success: true }],
    [{ image: png }],
  ])("finds the image in %j", async (body) => {
    expect(await submitTo(JSON.stringify(body))).toMatchObject({ type: "done", outputs: [{ bytes: tinyPng() }] });
  });

  it.each<[number, number, ProviderErrorCode]>([
    [400, 5004, "invalid_input"],
    [400, 3003, "invalid_input"],
    [400, 3039, "invalid_input"],
    [413, 3006, "invalid_input"],
    [400, 5007, "not_found"],
    [404, 3042, "not_found"],
    [403, 5016, "forbidden"],
    [403, 5018, "forbidden"],
    [403, 3041, "forbidden"],
    [403, 3023, "forbidden"],
    [429, 3036, "insufficient_credit"],
    [429, 3040, "provider_unavailable"],
    [405, 5005, "invalid_input"],
    [405, 5019, "invalid_input"],
    [429, 0, "rate_limited"],
    [401, 10_000, "unauthenticated"],
    [400, 3030, "content_blocked"],
    [400, 8007, "content_blocked"],
    [400, 1, "invalid_input"],
    [500, 3040, "provider_unavailable"],
    [200, 3040, "provider_unavailable"],
  ])("maps %i with code %i to %s without text of the vendor", async (status, code, expected) => {
    const errors = [null, { code, message: "secret prompt" }];
    const outcome = await submitTo(JSON.stringify({ result: null, success: false, errors }), { status });
    expect(outcome).toMatchObject({ type: "rejected", failure: { code: expected } });
    expect(JSON.stringify(outcome)).not.toContain("secret prompt");
  });

  it.each([3007, 3008])("does not retry after code %i, which may be paid", async (code) => {
    const outcome = await submitTo(JSON.stringify({ success: false, errors: [{ code }] }), { status: 408 });
    const failure = { code: "provider_timeout", message: `Cloudflare responded with error code ${code}.` };
    expect(outcome).toEqual({ type: "done", outputs: [{ failure }] });
  });

  it("reports the delay that the vendor requests", async () => {
    const init = { status: 429, headers: { "retry-after": "2" } };
    expect(await submitTo("{}", init)).toMatchObject({ failure: { code: "rate_limited", retryAfterMs: 2_000 } });
    const body = JSON.stringify({ errors: [{ code: 3040 }] });
    expect(await submitTo(body, init)).toMatchObject({ failure: { retryAfterMs: 2_000 } });
  });

  it.each([
    [500, '{"success":false,"errors":[{"code":1}]}'],
    [502, "<html>"],
    [503, "{}"],
    [504, ""],
    [408, "{}"],
    [200, "<html>"],
    [200, ""],
    [200, "{}"],
    [200, "null"],
    [200, "7"],
    [200, '{"success":false,"errors":null}'],
  ])("reports an unknown outcome for %i %j", async (status, body) => {
    expect((await submitTo(body, { status })).type).toBe("unknown");
  });

  it.each([
    '{"result":{},"success":true}',
    '{"result":null,"success":true}',
    '{"result":{"image":""},"success":true}',
    '{"result":{"image":"%%"},"success":true}',
  ])("fails the output of %s", async (body) => {
    expect(await submitTo(body)).toMatchObject({ type: "done", outputs: [{ failure: { code: "no_output" } }] });
  });

  it("stops reading at the maximum output size", async () => {
    const { provider, vendor } = scene();
    vendor.plan({ type: "huge" });
    const outcome = await provider.submit(submitRequest({ input, maxOutputBytes: 100_000 }));
    expect(outcome).toMatchObject({ type: "done", outputs: [{ failure: { code: "output_rejected" } }] });
  });

  it("sends nothing without a token or an account", async () => {
    vi.stubEnv("CLOUDFLARE_API_TOKEN", undefined);
    vi.stubEnv("CLOUDFLARE_ACCOUNT_ID", undefined);
    for (const options of [{ accountId: "a1" }, { apiKey: "the-key" }]) {
      const outcome = await cloudflare(schnell, options).submit(submitRequest({ input }));
      expect(outcome).toMatchObject({ type: "rejected", failure: { code: "unauthenticated" } });
    }
    vi.unstubAllEnvs();
  });

  it("stops when the signal aborts", async () => {
    const fetch: typeof globalThis.fetch = async (_url, init) => {
      init?.signal?.throwIfAborted();
      return new Response();
    };
    const provider = cloudflare(schnell, { apiKey: "the-key", accountId: "a1", fetch });
    const outcome = await provider.submit(submitRequest({ input, signal: AbortSignal.abort() }));
    expect(outcome).toEqual({ type: "unknown", reason: expect.stringContaining("abort") });
  });
});

describe("cloudflare with input images", () => {
  const reference = "inp_0191d1f0-0000-7000-8000-000000000001";
  const files: InputFiles = {
    urlOf: async () => "https://host.example/in.png",
    read: async () => ({ bytes: tinyPng(7), contentType: "image/png" }),
  };

  it("sends a file in a form", async () => {
    const { provider, vendor } = scene(klein);
    await provider.submit(submitRequest({ input: { ...input, input_image_0: reference }, files }));
    const { input_image_0: file } = asRecord(vendor.paid[0]?.body);
    if (!(file instanceof File)) throw new Error("Expected a file.");
    expect(await file.bytes()).toEqual(tinyPng(7));
  });

  it("sends base64 in JSON", async () => {
    const { provider, vendor } = scene(sdxl);
    const given = { ...input, image_b64: reference, controls: [{ image: reference }] };
    await provider.submit(submitRequest({ input: given, files }));
    const image = toBase64(tinyPng(7));
    expect(vendor.paid[0]?.body).toEqual({ ...input, image_b64: image, controls: [{ image }] });
  });

  it("sends no paid request for an image that a form would send as text", async () => {
    const { provider, vendor } = scene(klein);
    const outcome = await provider.submit(submitRequest({ input: { ...input, input_images: [reference] }, files }));
    expect(outcome).toMatchObject({ type: "rejected", failure: { code: "invalid_input" } });
    expect(vendor.paidAttempts).toBe(0);
  });

  it.each([
    [sdxl, "image_b64"],
    [klein, "input_image_0"],
  ])("sends no paid request for a deleted image, with %s", async (model, name) => {
    const { provider, vendor } = scene(model);
    const submitted = provider.submit(submitRequest({ input: { ...input, [name]: reference } }));
    await expect(submitted).rejects.toSatisfy(InputFileUnavailable.isInstance);
    expect(vendor.paidAttempts).toBe(0);
  });
});
