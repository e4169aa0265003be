import type { CompletedGeneration, Json } from "@safelight/client/contract";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { tinyMp4, tinyWav } from "../../../../testing/media/tiny-media.js";
import { testServer } from "../../../../testing/test-server.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { measureMedia } from "../../media/measure-media.js";
import { defineModel } from "../../model/define-model.js";
import type { ProviderOutput } from "../../ports/provider.js";

const clip = tinyMp4({ frameBytes: 100_000, hasAudio: true });
const sound = tinyWav();
const still = new Uint8Array(
  await sharp({ create: { width: 1_280, height: 720, channels: 3, background: "teal" } })
    .jpeg()
    .toBuffer(),
);

/** A server with a model that returns these outputs, and its finished generation. */
async function finished(
  kind: "image" | "video" | "audio",
  outputs: readonly ProviderOutput[],
  options: Partial<Parameters<typeof testServer>[0]> = {},
) {
  const provider = scriptedProvider<{ prompt: string }>({ poll: [{ type: "done", outputs }] });
  const model = defineModel({
    kind,
    provider,
    input: z.object({ prompt: z.string() }),
    credits: 40,
    outputs: outputs.length,
  });
  const server = await testServer({ ...options, models: { flux: model } });
  const ann = server.as("ann");
  const { id } = await ann.submit({ prompt: "waves" } satisfies Json);
  return { server, ann, id, generation: await ann.finish(id), provider };
}

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

describe("a model of the kind video", () => {
  it("delivers its output with size and duration, in ranges, marked as made by AI", async () => {
    const { ann, generation, id } = await finished("video", [{ bytes: clip, contentType: "text/html" }]);
    expect(generation).toMatchObject({
      kind: "video",
      status: "completed",
      outputs: [
        {
          kind: "video",
          contentType: "video/mp4",
          width: 64,
          height: 36,
          durationMs: 2_000,
          thumbnailUrl: null,
          placeholder: null,
          provenance: { marked: true },
        },
      ],
    });
    const path = `/${id}/outputs/0`;
    const whole = await ann.get(path);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      "content-type": "video/mp4",
      "content-disposition": "inline",
      "accept-ranges": "bytes",
      // The player of a browser's own page for the file needs its origin.
      "content-security-policy": "default-src 'none'; media-src 'self'; sandbox allow-same-origin",
    });
    const stored = await bytesOf(whole);
    // The mark is appended: no frame moves.
    expect(stored.subarray(0, clip.length)).toEqual(clip);
    const part = await ann.get(path, { range: "bytes=1000-" });
    expect(part.status).toBe(206);
    expect(part.headers.get("content-range")).toBe(`bytes 1000-${stored.length - 1}/${stored.length}`);
    expect(await bytesOf(part)).toEqual(stored.subarray(1_000));
    const saved = await ann.get(`${path}?download=1`);
    expect(saved.headers.get("content-disposition")).toBe(`attachment; filename="${id}-0.mp4"`);
  });

  it("stores the vendor's poster as the thumbnail, and nothing if it is no image", async () => {
    const poster = { bytes: still, contentType: "image/jpeg" };
    const page = { url: "data:text/html,<script>alert(1)</script>" };
    const { ann, generation, server } = await finished("video", [
      { bytes: clip, contentType: "video/mp4", poster },
      { bytes: tinyMp4({ shade: 1 }), contentType: "video/mp4", poster: page },
    ]);
    const { outputs } = generation as CompletedGeneration;
    expect(outputs[0]).toMatchObject({ width: 64, placeholder: expect.stringMatching(/^[\w+/=]{20,40}$/) });
    const response = await ann.get(`/${generation.id}/outputs/0/thumbnail`);
    expect(measureMedia(await bytesOf(response))).toEqual({ contentType: "image/webp", width: 512, height: 288 });
    expect(outputs[1]).toMatchObject({ kind: "video", thumbnailUrl: null });
    expect(server.logs.filter(({ fields }) => fields.event === "poster.not_loaded")).toHaveLength(1);
  });

  it("stores the poster as it is on a server without a scaler", async () => {
    const poster = { url: `data:image/jpeg;base64,${Buffer.from(still).toString("base64")}` };
    const outputs = [{ bytes: clip, contentType: "video/mp4", poster }];
    const { ann, generation } = await finished("video", outputs, { scaler: false, provenance: false });
    const response = await ann.get(`/${generation.id}/outputs/0/thumbnail`);
    expect(await bytesOf(response)).toEqual(still);
    expect((generation as CompletedGeneration).outputs[0].placeholder).toBeNull();
  });

  it("passes the poster to the host's check instead of the video", async () => {
    const poster = { bytes: still, contentType: "image/jpeg" };
    const seen: unknown[] = [];
    const hooks = {
      checkOutput: async (output: { thumbnail: () => Promise<Uint8Array | null> }) => {
        seen.push(measureMedia((await output.thumbnail()) ?? new Uint8Array()));
        return undefined;
      },
    };
    await finished("video", [{ bytes: clip, contentType: "video/mp4", poster }], { hooks });
    expect(seen).toEqual([{ contentType: "image/webp", width: 512, height: 288 }]);
  });

  it("does not use the CDN of thumbnailUrl, which reads no video", async () => {
    const large = tinyMp4({ width: 1_920, height: 1_080 });
    const thumbnailUrl = (url: string) => `https://cdn.example${url}`;
    const { generation } = await finished("video", [{ bytes: large, contentType: "video/mp4" }], { thumbnailUrl });
    expect((generation as CompletedGeneration).outputs[0].thumbnailUrl).toBeNull();
  });

  it.each([
    ["image", "video/mp4", clip],
    ["video", "image/png", tinyPng()],
    ["audio", "video/mp4", clip],
    ["video", "audio/wav", sound],
  ] as const)("rejects and refunds what a model of the kind %s returns as %s", async (kind, contentType, bytes) => {
    const { ann, generation } = await finished(kind, [{ bytes, contentType }]);
    expect(generation).toMatchObject({ status: "failed", error: { code: "output_rejected" }, refundedCredits: 40 });
    expect(await (await ann.get("/credits")).json()).toMatchObject({ balance: 100 });
  });

  it("has a limit of its own, which its provider receives", async () => {
    const limits = { maxOutputBytes: { image: 10, video: clip.length } };
    const outputs = [{ bytes: clip, contentType: "video/mp4" }];
    const { generation, provider } = await finished("video", outputs, { limits });
    expect(generation.status).toBe("completed");
    expect(provider.submits).toMatchObject([{ maxOutputBytes: clip.length }]);
    const small = { maxOutputBytes: { video: clip.length - 1 } };
    expect((await finished("video", outputs, { limits: small })).generation).toMatchObject({
      error: { code: "output_rejected" },
    });
  });
});

describe("a model of the kind audio", () => {
  it("delivers its output with its duration, in ranges", async () => {
    const { ann, generation, id } = await finished("audio", [{ bytes: sound, contentType: "audio/x-wav" }]);
    expect(generation).toMatchObject({
      kind: "audio",
      outputs: [
        { kind: "audio", contentType: "audio/wav", width: null, height: null, durationMs: 2_000, thumbnailUrl: null },
      ],
    });
    const part = await ann.get(`/${id}/outputs/0`, { range: "bytes=0-3" });
    expect(new TextDecoder().decode(await bytesOf(part))).toBe("RIFF");
    const saved = await ann.get(`/${id}/outputs/0?download=1`);
    expect(saved.headers.get("content-disposition")).toBe(`attachment; filename="${id}-0.wav"`);
  });
});
