import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { submitRequest } from "../../../../testing/submit-request.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import type { FakeVendor } from "../../../../testing/vendors/fake-vendor.js";
import { createGoogleVideoVendor } from "../../../../testing/vendors/google-video-vendor.js";
import { type ServedVendor, serveVendor } from "../../../../testing/vendors/serve-vendor.js";
import { toBase64 } from "../../bytes/base64.js";
import type { PollContext } from "../../ports/provider.js";
import { googleVideo } from "./google-video.js";
import type { GoogleVideoInput } from "./google-video-input.js";

const reference = "inp_01890a5d-ac96-774b-bcce-b302099a8057";
const files = { read: async () => ({ bytes: tinyPng(7), contentType: "image/png" }), urlOf: async () => null };
const operation = { name: "models/veo-3.1-generate-preview/operations/op1", acceptedAt: 0 };
const context: PollContext<GoogleVideoInput> = {
  input: { prompt: "waves" },
  token: "token-1",
  signal: new AbortController().signal,
};
let vendor: FakeVendor;
let served: ServedVendor;

beforeEach(async () => {
  vendor = createGoogleVideoVendor();
  served = await serveVendor(vendor);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await served.close();
});

const open = () => googleVideo("veo-3.1-generate-preview", { apiKey: "the-key", baseUrl: served.origin });
const submit = (input: GoogleVideoInput) => open().submit(submitRequest({ input, files }));
/** Status of a job whose operation is this JSON. */
const statusOf = (body: unknown, init: ResponseInit = {}) =>
  googleVideo("veo", { apiKey: "the-key", fetch: async () => Response.json(body, init) }).poll?.(operation, context);

describe("googleVideo", () => {
  it("starts an operation, and returns links that carry the key to Google only", async () => {
    vendor.plan({ type: "succeed", runningPolls: 1 });
    const outcome = await submit({ prompt: "waves", durationSeconds: 8, resolution: "720p", image: reference });
    expect(vendor.paid[0]?.body).toEqual({
      instances: [{ prompt: "waves", image: { bytesBase64Encoded: toBase64(tinyPng(7)), mimeType: "image/png" } }],
      parameters: { durationSeconds: 8, resolution: "720p" },
    });
    const stored = outcome.type === "accepted" ? outcome.operation : null;
    expect(stored).toMatchObject({ name: "models/veo-3.1-generate-preview/operations/op1" });
    expect(await open().poll?.(stored, context)).toEqual({ type: "running", progress: null, pollAfterMs: 10_000 });
    expect(await open().poll?.(stored, context)).toEqual({
      type: "done",
      outputs: [{ url: `${served.origin}/files/op1-0.mp4`, headers: { "x-goog-api-key": "the-key" } }],
    });
    const uri = "https://elsewhere.example/video.mp4";
    const foreign = { done: true, response: { generateVideoResponse: { generatedSamples: [{ video: { uri } }] } } };
    expect(await statusOf(foreign)).toEqual({ type: "done", outputs: [{ url: uri }] });
  });

  it("sends no uploaded video, since the Gemini API extends only its own ones", async () => {
    const before = vendor.paidAttempts;
    const read = async () => ({ bytes: Uint8Array.of(1), contentType: "video/mp4" });
    const request = submitRequest({ input: { prompt: "waves", image: reference }, files: { ...files, read } });
    expect(await open().submit(request)).toMatchObject({ type: "rejected", failure: { code: "invalid_input" } });
    expect(vendor.paidAttempts).toBe(before);
  });

  it("counts a filtered video as missing, and reports the support code without the text", async () => {
    vendor.plan({ type: "partial" });
    const outcome = await submit({ prompt: "waves", sampleCount: 2 });
    const status = await open().poll?.(outcome.type === "accepted" ? outcome.operation : null, context);
    expect(status).toMatchObject({
      type: "done",
      outputs: [
        { url: expect.any(String) },
        {
          failure: {
            code: "content_blocked",
            message: "Google's safety filter removed the video (support code 58061214).",
          },
        },
      ],
    });
    expect(JSON.stringify(status)).not.toContain("quiet lake");
  });

  it.each([
    [
      { done: true, error: { code: 3, message: "«waves»" } },
      { type: "failed", failure: { code: "invalid_input" } },
    ],
    [
      { done: true, error: { code: 99 } },
      { type: "failed", failure: { code: "provider_error" } },
    ],
    [{ done: true, error: { code: 1 } }, { type: "canceled" }],
    [
      { done: true, response: {} },
      { type: "failed", failure: { code: "no_output" } },
    ],
    [{ done: "yes" }, { type: "running" }],
  ])("reads the operation %j", async (body, expected) => {
    const status = await statusOf(body);
    expect(status).toMatchObject(expected);
    expect(JSON.stringify(status)).not.toContain("waves");
  });

  it.each([
    [{}, { status: 403 }],
    [null, { status: 404 }],
    [{ error: {} }, { status: 500 }],
    [null, {}],
  ])("polls again after %j with %j, because the job is paid", async (body, init) => {
    await expect(statusOf(body, init)).rejects.toThrow("Google");
  });

  it("reports an operation that Google no longer has, after its first minute", async () => {
    await expect(statusOf({}, { status: 404 })).resolves.toMatchObject({ type: "failed" });
    const now = () => 1_000;
    const young = googleVideo("veo", { apiKey: "k", now, fetch: async () => Response.json({}, { status: 404 }) });
    await expect(young.poll?.(operation, context)).rejects.toThrow("less than a minute");
  });

  it("sends the key to no other path than that of an operation", async () => {
    await expect(open().poll?.({ name: "../files/1", acceptedAt: 0 }, context)).rejects.toThrow(TypeError);
    const named = async () => Response.json({ name: "../files/1" });
    const outcome = await googleVideo("veo", { apiKey: "k", fetch: named }).submit(
      submitRequest({ input: { prompt: "x" } }),
    );
    expect(outcome.type).toBe("unknown");
  });

  it("refuses a frame that is no upload, before any request", async () => {
    expect(await submit({ prompt: "waves", image: "https://host.example/1.png" })).toMatchObject({
      type: "rejected",
      failure: { code: "invalid_input" },
    });
    expect(vendor.paidAttempts).toBe(0);
  });
});
