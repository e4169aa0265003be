import type { Experimental_VideoModelV4 as VideoModelV4 } from "@ai-sdk/provider";
import { createGateway } from "ai";
import { describe, expect, it } from "vitest";
import { tinyMp4 } from "../../../../testing/media/tiny-media.js";
import { submitRequest } from "../../../../testing/submit-request.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { createGatewayVendor } from "../../../../testing/vendors/gateway-vendor.js";
import { toBase64 } from "../../bytes/base64.js";
import { aiSdkVideo } from "./ai-sdk-video.js";
import type { AiSdkVideoInput } from "./ai-sdk-video-input.js";

const response = { timestamp: new Date(0), modelId: "fake", headers: undefined };
const files = { read: async () => ({ bytes: tinyPng(), contentType: "image/png" }), urlOf: async () => null };
const [first, last] = ["1", "2"].map((end) => `inp_01900000-0000-7000-8000-00000000000${end}`);
const file = { type: "file", mediaType: "image/png", data: tinyPng() };

/** A model of a package that cannot be resumed. */
function blockingModel(doGenerate: NonNullable<VideoModelV4["doGenerate"]>): VideoModelV4 {
  return { specificationVersion: "v4", provider: "slow.video", modelId: "slow-1", maxVideosPerCall: 1, doGenerate };
}

function gatewayModel() {
  const vendor = createGatewayVendor();
  const fetch: typeof globalThis.fetch = async (url, init) => vendor.handle(new Request(url, init));
  const model = createGateway({ apiKey: "the-key", baseURL: "https://gateway.example", fetch }).video("fake/clip");
  const submit = (input: AiSdkVideoInput) => aiSdkVideo(model).submit(submitRequest({ input, files }));
  return { model, submit, vendor };
}

const pollContext = { input: {}, token: "token-1", signal: new AbortController().signal };

describe("aiSdkVideo with a resumable model", () => {
  it("stores the operation, and polls it from another process", async () => {
    const { model, submit, vendor } = gatewayModel();
    vendor.plan({ type: "succeed", runningPolls: 1 });
    const outcome = await submit({
      prompt: "waves",
      duration: 8,
      resolution: "1280x720",
      aspectRatio: "16:9",
      seed: 7,
    });
    expect(outcome).toEqual({ type: "accepted", operation: { operation: { id: "vid_1", provider: "fake" } } });
    expect(vendor.paid[0]?.body).toMatchObject({ prompt: "waves", n: 1, duration: 8, resolution: "1280x720", seed: 7 });
    const stored = JSON.parse(JSON.stringify(outcome.type === "accepted" && outcome.operation));
    const other = aiSdkVideo(model);
    expect(await other.poll?.(stored, pollContext)).toEqual({ type: "running", progress: null, pollAfterMs: 5_000 });
    const url = "https://gateway.example/files/vid_1-0.mp4";
    expect(await other.poll?.(stored, pollContext)).toEqual({ type: "done", outputs: [{ url }] });
  });

  it("sends one image as the start, and two as the first and last frame", async () => {
    const { submit, vendor } = gatewayModel();
    await submit({ image: first });
    await submit({ image: first, lastFrame: last, references: [first ?? ""] });
    const sent = { ...file, data: toBase64(tinyPng()) };
    expect(vendor.paid[0]?.body).toMatchObject({ image: sent });
    expect(vendor.paid[1]?.body).toMatchObject({
      frameImages: [
        { frameType: "first_frame", image: sent },
        { frameType: "last_frame", image: sent },
      ],
      inputReferences: [sent],
    });
    expect(vendor.paid[1]?.body).not.toHaveProperty("image");
  });

  it("sends an uploaded video as a reference, with its own type", async () => {
    const { model, vendor } = gatewayModel();
    const read = async () => ({ bytes: Uint8Array.of(1, 2, 3), contentType: "video/mp4" });
    const input = { prompt: "in oil colors", references: [first ?? ""] };
    await aiSdkVideo(model).submit(submitRequest({ input, files: { ...files, read } }));
    expect(vendor.paid[0]?.body).toMatchObject({ inputReferences: [{ mediaType: "video/mp4", data: "AQID" }] });
  });

  it.each([
    ["n", { n: 0 }],
    ["resolution", { resolution: "720p" }],
    ["aspectRatio", { aspectRatio: "wide" }],
    ["references to uploads", { image: "https://host.example/private.png" }],
    ["lastFrame", { lastFrame: last }],
  ])("refuses a wrong %s before any request", async (word, input) => {
    const { submit, vendor } = gatewayModel();
    const outcome = await submit(input);
    expect(outcome).toMatchObject({ type: "rejected", failure: { code: "invalid_input" } });
    expect(outcome.type === "rejected" && outcome.failure.message).toContain(word);
    expect(vendor.paidAttempts).toBe(0);
  });

  it.each(["content_blocked", "provider_error", "no_output"] as const)(
    "reports a job that fails with %s",
    async (code) => {
      const { model, submit, vendor } = gatewayModel();
      vendor.plan({ type: "fail", code });
      const outcome = await submit({ prompt: "a quiet lake" });
      const status = await aiSdkVideo(model).poll?.(
        outcome.type === "accepted" ? outcome.operation : null,
        pollContext,
      );
      expect(status).toMatchObject({ type: "failed", failure: { code } });
      expect(JSON.stringify(status)).not.toContain("quiet lake");
    },
  );

  it("keeps an accepted job if onWarning throws", async () => {
    const { model } = gatewayModel();
    const warning = { type: "other", message: "no seed" } as const;
    const warns: VideoModelV4 = {
      ...{ specificationVersion: "v4", provider: "fake.video", modelId: "1", maxVideosPerCall: 1 },
      doStart: async () => ({ operation: "job", warnings: [warning], response }),
      doStatus: (options) => model.doStatus?.(options) ?? Promise.reject(new Error("no status")),
    };
    const onWarning = () => {
      throw new Error("the host's mistake");
    };
    const outcome = await aiSdkVideo(warns, { onWarning }).submit(submitRequest({ input: { prompt: "waves" } }));
    expect(outcome).toEqual({ type: "accepted", operation: { operation: "job" } });
  });
});

describe("aiSdkVideo with a blocking model", () => {
  it("copies from no host for a vendor with the name of a member that every object inherits", () => {
    const model = {
      ...blockingModel(async () => ({ videos: [], warnings: [], response })),
      provider: "constructor.video",
    };
    expect(aiSdkVideo(model).mediaHosts).toEqual([]);
  });

  it("returns bytes, base64 and links, and is not resumable", async () => {
    const model = blockingModel(async () => ({
      videos: [
        { type: "binary", data: tinyMp4(), mediaType: "video/mp4" },
        { type: "base64", data: toBase64(tinyMp4({ shade: 1 })), mediaType: "video/mp4" },
        { type: "url", url: "https://files.example/1.mp4", mediaType: "video/mp4" },
        { type: "uploaded", mediaType: "video/mp4" },
      ],
      warnings: [],
      response,
    }));
    const provider = aiSdkVideo(model, { mediaHosts: ["files.example"] });
    expect(provider).toMatchObject({
      id: "ai-sdk-slow",
      mediaHosts: ["files.example"],
      capabilities: { resumable: false },
    });
    expect(provider.poll).toBeUndefined();
    expect(await provider.submit(submitRequest({ input: { prompt: "waves" } }))).toEqual({
      type: "done",
      outputs: [
        { bytes: tinyMp4(), contentType: "video/mp4" },
        { bytes: tinyMp4({ shade: 1 }), contentType: "video/mp4" },
        { url: "https://files.example/1.mp4" },
        { failure: { code: "no_output", message: expect.any(String) } },
      ],
    });
  });

  it("reports an unknown outcome if a call breaks off", async () => {
    const model = blockingModel(async () => {
      throw new Error("connection reset: waves");
    });
    const outcome = await aiSdkVideo(model).submit(submitRequest({ input: { prompt: "waves" } }));
    expect(outcome).toEqual({ type: "unknown", reason: "slow.video, model slow-1: Error" });
  });

  it("refuses more videos than a call makes", async () => {
    const model = blockingModel(() => Promise.reject(new Error("must not be called")));
    const outcome = await aiSdkVideo(model).submit(submitRequest({ input: { prompt: "waves", n: 2 } }));
    expect(outcome).toMatchObject({ type: "rejected", failure: { code: "invalid_input" } });
  });
});

describe("aiSdkVideo", () => {
  it.each([
    "google/veo-3.1-generate-001",
    {},
    { specificationVersion: "v3", doGenerate: async () => ({ videos: [] }) },
    { specificationVersion: "v4", doStart: async () => ({}) },
  ])("refuses anything but a video model: %j", (model) => {
    // The cast stands for a JavaScript host.
    expect(() => aiSdkVideo(model as never)).toThrow(TypeError);
  });
});
