import type { Json } from "@safelight/client/contract";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { callContext } from "../../../../testing/call-context.js";
import { submitRequest } from "../../../../testing/submit-request.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import type { FakeVendor } from "../../../../testing/vendors/fake-vendor.js";
import {
  createOpenaiResponsesVendor,
  openaiWebhookSecret,
} from "../../../../testing/vendors/openai-responses-vendor.js";
import { type ServedVendor, serveVendor } from "../../../../testing/vendors/serve-vendor.js";
import type { SubmitRequest } from "../../ports/provider.js";
import type { OpenaiResponsesInput } from "./openai-input.js";
import { openaiResponses } from "./openai-responses.js";

const reference = "inp_01890a5d-ac96-774b-bcce-b302099a8057";
const webhookUrl = "https://host.example/api/generations/webhooks/openai-responses/gen_1.1.signature";
let vendor: FakeVendor;
let served: ServedVendor;

beforeEach(async () => {
  vendor = createOpenaiResponsesVendor();
  served = await serveVendor(vendor);
});

afterEach(() => {
  vi.unstubAllEnvs();
  return served.close();
});

const open = (options = {}) =>
  openaiResponses("gpt-image-2", { textModel: "gpt-5.4-mini", apiKey: "the-key", baseUrl: served.origin, ...options });

function submit(input: OpenaiResponsesInput, request: Partial<SubmitRequest<OpenaiResponsesInput>> = {}, options = {}) {
  return open(options).submit(submitRequest({ input, ...request }));
}

const poll = (operation: Json = { responseId: "resp_1" }, change = {}, options = {}) =>
  open(options).poll?.(operation, {
    input: { prompt: "a lake" },
    token: "token-1",
    signal: new AbortController().signal,
    ...change,
  });

/** Status of a job whose vendor sends this response. */
const pollOf = (body: unknown, init: ResponseInit = {}) =>
  poll(undefined, {}, { fetch: async () => Response.json(body, init) });

describe("openaiResponses submit", () => {
  it("requests the image model through the text model in the background, with metadata", async () => {
    const input = { prompt: "a lake", size: "auto", quality: "high", n: 1, safety_identifier: "5f1e" } as const;
    const outcome = await submit(input, { webhookUrl }, { webhookSecrets: [openaiWebhookSecret] });
    expect(outcome).toEqual({ type: "accepted", operation: { responseId: "resp_1", acceptedAt: expect.any(Number) } });
    expect(vendor.paid[0]?.body).toEqual({
      model: "gpt-5.4-mini",
      background: true,
      store: true,
      input: [{ role: "user", content: [{ type: "input_text", text: "a lake" }] }],
      tools: [{ type: "image_generation", model: "gpt-image-2", size: "auto", quality: "high" }],
      tool_choice: { type: "image_generation" },
      metadata: {
        safelight_generation: "gen_of_token-1",
        safelight_token: "token-1",
        safelight_webhook: webhookUrl,
      },
      safety_identifier: "5f1e",
    });
  });

  it("requests no webhook if its URL exceeds OpenAI's limit", async () => {
    await submit({ prompt: "a lake" }, { webhookUrl: `${webhookUrl}${"x".repeat(512)}` });
    expect(vendor.paid[0]?.webhookUrl).toBeNull();
  });

  it("sends uploaded images as URLs, or as data URLs without a public URL", async () => {
    const read = async () => ({ bytes: tinyPng(7), contentType: "image/png" });
    const dataUrl = `data:image/png;base64,${btoa(String.fromCharCode(...tinyPng(7)))}`;
    const input = { prompt: "more fog", image: [reference, dataUrl], mask: reference };
    await submit(input, { files: { read, urlOf: async () => "https://host.example/image" } });
    await submit(input, { files: { read, urlOf: async () => null } });
    const bodies = vendor.paid.map(({ body }) => body as { input: [{ content: unknown[] }]; tools: [object] });
    expect(bodies[0]?.input[0].content.slice(1)).toEqual([
      { type: "input_image", image_url: "https://host.example/image" },
      { type: "input_image", image_url: dataUrl },
    ]);
    expect(bodies[0]?.tools[0]).toMatchObject({ input_image_mask: { image_url: "https://host.example/image" } });
    expect(bodies[1]?.input[0].content[1]).toEqual({ type: "input_image", image_url: dataUrl });
  });

  it("sends no paid request for a deleted or misplaced image", async () => {
    await expect(submit({ prompt: "more fog", image: reference })).rejects.toThrow("is not available");
    const hidden = { style: { image: reference } };
    for (const given of [{ image: "https://169.254.169.254/" }, { mask: "file:///etc/passwd" }, hidden]) {
      const outcome = await submit({ prompt: "more fog", ...given });
      expect(outcome).toMatchObject({ type: "rejected", failure: { code: "invalid_input" } });
    }
    expect(vendor.paidAttempts).toBe(0);
  });

  it("recognizes each refusal, and reports other responses as unknown", async () => {
    for (const code of vendor.refusals) {
      vendor.plan({ type: "refuse", code });
      expect(await submit({ prompt: "a lake" })).toMatchObject({ type: "rejected", failure: { code } });
    }
    for (const type of ["garbage", "broken"] as const) {
      vendor.plan({ type });
      expect((await submit({ prompt: "a lake" })).type).toBe("unknown");
    }
    for (const id of [undefined, null, 7, "", "../../v1/files", "resp 1"]) {
      const outcome = await submit({ prompt: "a lake" }, {}, { fetch: async () => Response.json({ id }) });
      expect(outcome.type, `an id of ${id}`).toBe("unknown");
    }
    vi.stubEnv("OPENAI_API_KEY", "");
    expect(await submit({ prompt: "a lake" }, {}, { apiKey: undefined })).toMatchObject({
      failure: { code: "unauthenticated" },
    });
  });
});

describe("openaiResponses poll", () => {
  it("reports the tokens of both models, which have separate prices", async () => {
    await submit({ prompt: "a lake" });
    expect(await poll()).toEqual({
      type: "done",
      outputs: [{ bytes: tinyPng(), contentType: "image/png" }],
      costs: [
        { amount: 272, unit: "output-tokens" },
        { amount: 12, unit: "input-tokens" },
        { amount: 30, unit: "text-model-output-tokens" },
        { amount: 40, unit: "text-model-input-tokens" },
      ],
    });
  });

  it("sets no poll interval, with or without webhooks", async () => {
    vendor.plan({ type: "succeed", runningPolls: 4 });
    await submit({ prompt: "a lake" });
    expect(await poll()).toEqual({ type: "queued", queuePosition: null });
    expect(await poll()).toEqual({ type: "running", progress: null });
    const calledBack = await poll(undefined, {}, { webhookSecrets: [openaiWebhookSecret] });
    expect(calledBack).toEqual({ type: "running", progress: null });
    expect(open()).not.toHaveProperty("verifyWebhook");
  });

  it("maps each failure, without input values", async () => {
    for (const [index, code] of vendor.failures.entries()) {
      vendor.plan({ type: "fail", code });
      await submit({ prompt: "a lake" });
      const status = await poll({ responseId: `resp_${index + 1}` });
      expect(status).toMatchObject({ type: "failed", failure: { code } });
      expect(JSON.stringify(status)).not.toContain("quiet lake");
    }
  });

  it("returns an image next to one that was filtered", async () => {
    vendor.plan({ type: "partial" });
    await submit({ prompt: "lakes" });
    const message =
      "OpenAI reported an error (image_generation_user_error, moderation_blocked, output, violence) in response resp_1.";
    expect(await poll()).toMatchObject({
      type: "done",
      outputs: [{ failure: { code: "content_blocked", message } }, { bytes: tinyPng(1) }],
    });
  });

  const picture = { type: "image_generation_call", status: "completed", result: btoa("picture") };
  it.each([
    [{ status: "dreaming" }, { type: "running" }],
    [{}, { type: "running" }],
    [{ status: null, output: 7, usage: [], metadata: null }, { type: "running" }],
    [{ status: "cancelled" }, { type: "canceled" }],
    [
      { status: "failed", error: null },
      { type: "failed", failure: { code: "provider_error" } },
    ],
    [
      { status: "completed", output: null },
      { type: "failed", failure: { code: "no_output" } },
    ],
    [
      { status: "completed", output: [null, 7, {}] },
      { type: "failed", failure: { code: "no_output" } },
    ],
    [
      { status: "completed", output: [{ type: "message", content: [null, { type: "refusal", refusal: "No." }] }] },
      { type: "failed", failure: { code: "content_blocked" } },
    ],
    [
      { status: "incomplete", incomplete_details: { reason: "max_output_tokens" }, output: [picture] },
      { type: "done", outputs: [{ contentType: "image/png" }] },
    ],
    [
      { status: "incomplete", incomplete_details: { reason: "content_filter" }, output: [picture] },
      { type: "failed", failure: { code: "content_blocked" } },
    ],
    [
      { status: "incomplete", incomplete_details: null },
      { type: "failed", failure: { code: "no_output" } },
    ],
  ])("maps %j to %j", async (response, status) => {
    expect(await pollOf({ id: "resp_1", ...response })).toMatchObject(status);
  });

  it("throws without a status, so that the worker polls again", async () => {
    for (const status of [401, 403, 429, 500, 502, 503]) await expect(pollOf({}, { status })).rejects.toThrow();
    await expect(pollOf(null)).rejects.toThrow();
    await expect(pollOf(null, { status: 404 })).rejects.toThrow("OpenAI responded with 404");
    await expect(pollOf("resp_1")).rejects.toThrow();
    const broken = async () => Promise.reject(new TypeError("fetch failed"));
    await expect(poll(undefined, {}, { fetch: broken })).rejects.toThrow("Request to OpenAI failed");
    vi.stubEnv("OPENAI_API_KEY", "");
    await expect(poll(undefined, {}, { apiKey: undefined })).rejects.toThrow("OPENAI_API_KEY");
  });

  it("fails as lost for an unknown response and for a foreign operation", async () => {
    for (const operation of [
      { responseId: "resp_9" },
      { responseId: "../files/1" },
      { responseId: 7 },
      { id: "resp_1" },
    ]) {
      expect(await poll(operation)).toMatchObject({ type: "failed", failure: { code: "job_lost" } });
    }
  });

  it("does not fail as lost in the first minute", async () => {
    const acceptedAt = Date.parse("2026-11-01T10:00:00Z");
    const requested = (ageMs: number) =>
      poll({ responseId: "resp_9", acceptedAt }, {}, { now: () => acceptedAt + ageMs });
    await expect(requested(59_999)).rejects.toThrow("resp_9");
    expect(await requested(60_000)).toMatchObject({ type: "failed", failure: { code: "job_lost" } });
  });

  it("refuses the output of another attempt", async () => {
    await submit({ prompt: "a lake" }, { token: "token-of-another" });
    expect(await poll()).toMatchObject({ type: "failed", failure: { code: "submit_unknown" } });
    expect(await poll(undefined, { token: "token-of-another" })).toMatchObject({ type: "done" });
  });

  it("stops reading at the maximum output size", async () => {
    vendor.plan({ type: "huge" });
    await submit({ prompt: "a lake" });
    expect(await poll(undefined, { maxOutputBytes: 100_000 })).toMatchObject({ failure: { code: "output_rejected" } });
  });
});

describe("openaiResponses cancel", () => {
  it.each([
    [{ status: "cancelled" }, "canceled"],
    [{ status: "in_progress" }, "requested"],
    [{ status: "dreaming" }, "requested"],
    [{ status: "completed" }, "too_late"],
    [{ status: "failed" }, "too_late"],
    [{ status: "incomplete" }, "too_late"],
  ])("maps %j to %s", async (response, outcome) => {
    const fetch = async () => Response.json(response);
    expect(await open({ fetch }).cancel?.({ responseId: "resp_1" }, callContext)).toBe(outcome);
  });

  it("reads the status of a response that can no longer be canceled", async () => {
    const fetch = vi.fn(async (_: unknown, init?: RequestInit) =>
      init?.method === "POST" ? Response.json({ error: {} }, { status: 400 }) : Response.json({ status: "cancelled" }),
    );
    expect(await open({ fetch }).cancel?.({ responseId: "resp_1" }, callContext)).toBe("canceled");
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it("throws after a server error, so that the worker retries", async () => {
    const fetch = async () => Response.json({}, { status: 500 });
    await expect(open({ fetch }).cancel?.({ responseId: "resp_1" }, callContext)).rejects.toThrow("500");
    const proxy = async () => new Response("<html>", { status: 404 });
    await expect(open({ fetch: proxy }).cancel?.({ responseId: "resp_1" }, callContext)).rejects.toThrow("404");
    expect(await open().cancel?.({ responseId: "resp_9" }, callContext)).toBe("too_late");
  });
});
