import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { submitRequest } from "../../../../testing/submit-request.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import type { FakeVendor } from "../../../../testing/vendors/fake-vendor.js";
import { createGoogleVendor } from "../../../../testing/vendors/google-vendor.js";
import { type ServedVendor, serveVendor } from "../../../../testing/vendors/serve-vendor.js";
import type { SubmitRequest } from "../../ports/provider.js";
import { google } from "./google.js";
import type { GoogleInput } from "./google-input.js";

const reference = "inp_01890a5d-ac96-774b-bcce-b302099a8057";
const base64 = btoa(String.fromCharCode(...tinyPng(7)));
let vendor: FakeVendor;
let served: ServedVendor;

beforeEach(async () => {
  vendor = createGoogleVendor();
  served = await serveVendor(vendor);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await served.close();
});

function submit(input: GoogleInput, request: Partial<SubmitRequest<GoogleInput>> = {}, options = {}) {
  const provider = google("gemini-3.1-flash-image", { apiKey: "the-key", baseUrl: served.origin, ...options });
  return provider.submit(submitRequest({ input, ...request }));
}

/** Outcome of a 200 response with this body. */
const outcomeOf = (body: unknown) => submit({ prompt: "a lake" }, {}, { fetch: async () => Response.json(body) });

describe("google", () => {
  it("requests an image, and returns it without drafts and text", async () => {
    const outcome = await submit({ prompt: "a lake", aspectRatio: "16:9", imageSize: "2K", seed: 7, temperature: 1 });
    expect(vendor.paid[0]?.body).toEqual({
      contents: [{ role: "user", parts: [{ text: "a lake" }] }],
      generationConfig: {
        responseModalities: ["IMAGE"],
        imageConfig: { aspectRatio: "16:9", imageSize: "2K" },
        seed: 7,
        temperature: 1,
      },
    });
    expect(outcome).toEqual({
      type: "done",
      outputs: [{ bytes: tinyPng(), contentType: "image/png" }],
      costs: [
        { amount: 1_290, unit: "output-tokens" },
        { amount: 10, unit: "thought-tokens" },
        { amount: 8, unit: "input-tokens" },
      ],
    });
    await submit({ prompt: "a lake" });
    expect(vendor.paid[1]?.body).toMatchObject({ generationConfig: { responseModalities: ["IMAGE"] } });
    expect(JSON.stringify(vendor.paid[1]?.body)).not.toContain("imageConfig");
  });

  it("encodes the model id in the path", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(async () => Response.json({}));
    for (const model of ["models/gemini-3-pro-image", "../files/1"]) {
      await google(model, { apiKey: "the-key", fetch }).submit(submitRequest({ input: { prompt: "a lake" } }));
    }
    expect(fetch.mock.calls.map(([url]) => url)).toEqual([
      "https://generativelanguage.googleapis.com/v1beta/models/gemini-3-pro-image:generateContent",
      "https://generativelanguage.googleapis.com/v1beta/models/..%2Ffiles%2F1:generateContent",
    ]);
  });

  it("sends input images as bytes", async () => {
    const read = vi.fn(async () => ({ bytes: tinyPng(7), contentType: "image/png" }));
    const image = [reference, `data:image/webp;base64,${base64}`];
    await submit({ prompt: "more fog", image }, { files: { read, urlOf: async () => "https://host.example/1" } });
    expect(vendor.paid[0]?.body).toMatchObject({
      contents: [
        {
          parts: [
            { text: "more fog" },
            { inlineData: { mimeType: "image/png", data: base64 } },
            { inlineData: { mimeType: "image/webp", data: base64 } },
          ],
        },
      ],
    });
  });

  it("sends no paid request for a deleted or misplaced image", async () => {
    await expect(submit({ prompt: "more fog", image: reference })).rejects.toThrow("is not available");
    for (const image of ["https://169.254.169.254/", "data:text/html;base64,AAAA", "inp_1"]) {
      const outcome = await submit({ prompt: "more fog", image });
      expect(outcome).toMatchObject({ type: "rejected", failure: { code: "invalid_input" } });
    }
    const hidden = { prompt: "more fog", style: { image: reference } };
    expect(await submit(hidden)).toMatchObject({ type: "rejected", failure: { code: "invalid_input" } });
    expect(vendor.paidAttempts).toBe(0);
  });

  it("reads the key from either of Google's environment variables", async () => {
    const provider = google("gemini-3.1-flash-image", { baseUrl: served.origin });
    const outcome = () => provider.submit(submitRequest({ input: { prompt: "a lake" } }));
    vi.stubEnv("GEMINI_API_KEY", "");
    vi.stubEnv("GOOGLE_API_KEY", "");
    expect(await outcome()).toMatchObject({ type: "rejected", failure: { code: "unauthenticated" } });
    expect(vendor.paidAttempts).toBe(0);
    vi.stubEnv("GOOGLE_API_KEY", "the-key");
    expect(await outcome()).toMatchObject({ type: "done" });
    vi.stubEnv("GEMINI_API_KEY", "wrong");
    expect(await outcome()).toMatchObject({ failure: { code: "unauthenticated" } });
  });

  it("recognizes each refusal of the vendor", async () => {
    for (const code of vendor.refusals) {
      vendor.plan({ type: "refuse", code, retryAfter: "2" });
      expect(await submit({ prompt: "a lake" })).toMatchObject({
        type: "rejected",
        failure: { code, retryAfterMs: 2_000 },
      });
    }
    expect(vendor.paid).toHaveLength(0);
  });

  it.each([
    { type: "garbage" },
    { type: "broken" },
    { type: "lose", accepted: true },
    { type: "lose", accepted: false },
  ] as const)("reports an unknown outcome after %j", async (behavior) => {
    vendor.plan(behavior);
    expect((await submit({ prompt: "a lake" })).type).toBe("unknown");
    expect(vendor.paidAttempts).toBe(1);
  });

  it("stops reading at the maximum output size, and when the signal aborts", async () => {
    vendor.plan({ type: "huge" });
    const outcome = await submit({ prompt: "a lake" }, { maxOutputBytes: 100_000 });
    expect(outcome).toMatchObject({ type: "done", outputs: [{ failure: { code: "output_rejected" } }] });
    vendor.plan({ type: "succeed" });
    const ended = AbortSignal.abort();
    expect((await submit({ prompt: "a lake" }, { signal: ended })).type).toBe("unknown");
  });

  it("rejects an unreachable server, and follows no redirect with the key", async () => {
    await served.close();
    expect(await submit({ prompt: "a lake" })).toMatchObject({ failure: { code: "provider_unavailable" } });
    const fetch = vi.fn(
      async () => new Response(null, { status: 307, headers: { location: "https://evil.example/" } }),
    );
    expect((await submit({ prompt: "a lake" }, {}, { fetch })).type).toBe("unknown");
    expect(fetch).toHaveBeenCalledExactlyOnceWith(expect.anything(), expect.objectContaining({ redirect: "manual" }));
  });
});

describe("google filters", () => {
  it("flags an image with the harms that Google finds likely, and with none for others", async () => {
    vendor.plan({ type: "unknown_state" }, { type: "succeed" });
    const flags = ["HARM_CATEGORY_SEXUALLY_EXPLICIT", "HARM_CATEGORY_DANGEROUS_CONTENT"];
    expect(await submit({ prompt: "a lake" })).toMatchObject({ type: "done", outputs: [{ flags }] });
    const outcome = await submit({ prompt: "a lake" });
    expect(outcome).toMatchObject({ type: "done", outputs: [{ contentType: "image/png" }] });
    expect(JSON.stringify(outcome)).not.toContain("flags");
  });

  it.each([
    "IMAGE_SAFETY",
    "IMAGE_PROHIBITED_CONTENT",
    "IMAGE_RECITATION",
    "SAFETY",
    "PROHIBITED_CONTENT",
    "RECITATION",
    "BLOCKLIST",
    "SPII",
  ])("treats %s as a filter", async (finishReason) => {
    const usageMetadata = { promptTokenCount: 8, totalTokenCount: 8 };
    const outcome = await outcomeOf({
      candidates: [{ content: { parts: [] }, finishReason, index: 0 }],
      usageMetadata,
    });
    const message = `Google withheld an image: ${finishReason}.`;
    const costs = [{ amount: 8, unit: "input-tokens" }];
    expect(outcome).toEqual({ type: "done", outputs: [{ failure: { code: "content_blocked", message } }], costs });
  });

  it.each(["NO_IMAGE", "IMAGE_OTHER", "OTHER", "MALFORMED_RESPONSE", "STOP", "IMAGINED", null, 7])(
    "treats %s without an image as a missing output",
    async (finishReason) => {
      const outcome = await outcomeOf({ candidates: [{ content: { parts: [{ text: "I cannot." }] }, finishReason }] });
      expect(outcome).toMatchObject({ type: "done", outputs: [{ failure: { code: "no_output" } }] });
    },
  );

  it("reports a blocked prompt, with its reason if that is an identifier", async () => {
    const message = "Google blocked the prompt: PROHIBITED_CONTENT.";
    expect(await outcomeOf({ promptFeedback: { blockReason: "PROHIBITED_CONTENT" } })).toMatchObject({
      outputs: [{ failure: { code: "content_blocked", message } }],
    });
    expect(await outcomeOf({ promptFeedback: { blockReason: "a quiet lake" } })).toMatchObject({
      outputs: [{ failure: { code: "content_blocked", message: "Google blocked the prompt." } }],
    });
    for (const body of [{ candidates: [] }, { promptFeedback: {} }, { usageMetadata: {} }]) {
      expect(await outcomeOf(body)).toMatchObject({ outputs: [{ failure: { code: "no_output" } }] });
    }
  });

  it("returns an image next to one that was withheld", async () => {
    vendor.plan({ type: "partial" });
    expect(await submit({ prompt: "lakes" })).toMatchObject({
      outputs: [{ failure: { code: "content_blocked" } }, { bytes: tinyPng(1) }],
    });
  });

  it("handles malformed responses", async () => {
    for (const body of [null, 7, [], {}, { candidates: null }]) expect((await outcomeOf(body)).type).toBe("unknown");
    const parts = [null, 7, {}, { inlineData: null }, { inlineData: { data: "***" } }, { inlineData: { data: "" } }];
    for (const candidate of [null, 7, {}, { content: null }, { content: { parts: 7 } }, { content: { parts } }]) {
      expect(await outcomeOf({ candidates: [candidate] })).toMatchObject({
        outputs: [{ failure: { code: "no_output" } }],
      });
    }
    const bare = { content: { parts: [{ inlineData: { data: base64 } }] } };
    expect(await outcomeOf({ candidates: [bare], usageMetadata: null })).toEqual({
      type: "done",
      outputs: [{ bytes: tinyPng(7), contentType: "image/png" }],
    });
  });
});
