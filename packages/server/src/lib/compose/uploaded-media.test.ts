import { randomUUID } from "node:crypto";
import type { InputResponse } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { box, element, join, uint32 } from "../../../testing/media/media-bytes.js";
import { tinyMp3, tinyMp4, tinyWav, tinyWebm } from "../../../testing/media/tiny-media.js";
import { bodyOf, problemOf, type TestServer, testServer } from "../../../testing/test-server.js";
import { tinyPng } from "../../../testing/tiny-png.js";
import { isVideoReference } from "../generation/upload-rule.js";
import { defineModel } from "../model/define-model.js";
import { audioInput, imageInput, videoInput } from "../model/upload-input.js";
import type { InputFile } from "../ports/input-files.js";

type Bytes = Uint8Array<ArrayBuffer>;

const read: InputFile[] = [];
const urls: (string | null)[] = [];
const provider = scriptedProvider<{ readonly clip?: string | undefined }>({
  capabilities: { resumable: false },
  submit: [
    async ({ files, input: { clip = "" } }) => {
      urls.push(await files.urlOf(clip));
      read.push(await files.read(clip, { maxBytes: 1_000 }));
      return { type: "done", outputs: [{ bytes: tinyPng(200), contentType: "image/png" }] };
    },
  ],
});
const models = {
  flux: defineModel({
    provider,
    input: z.object({
      clip: videoInput({ maxSeconds: 3, maxPixels: 64 * 36, formats: ["video/mp4", "video/webm"] }).optional(),
      speech: audioInput({ maxBytes: 20_000 }).optional(),
      frame: z.union([imageInput(), videoInput()]).optional(),
      image: imageInput().optional(),
      other: z.string().refine(isVideoReference, "no video").optional(),
      trimmed: z.string().trim().refine(isVideoReference, "no video").optional(),
    }),
    credits: 1,
  }),
};

describe("an uploaded video or audio file", () => {
  let server: TestServer<typeof models>;
  const upload = (bytes: Bytes, owner = "ann", type = "video/mp4") =>
    server.request(owner, "/inputs", { method: "POST", headers: { "content-type": type }, body: bytes });
  const uploaded = async (bytes: Bytes): Promise<InputResponse["input"]> => {
    const response = await upload(bytes);
    expect(response.status).toBe(201);
    return (await bodyOf<InputResponse>(response)).input;
  };
  const issuesOf = async (input: Readonly<Record<string, string>>) =>
    (await problemOf(await server.as("ann").post("", { model: "flux", input }))).issues?.map(
      ({ message, path }) => `${path.join(".")}: ${message}`,
    );

  it("is stored with its kind, type, size and duration, and served in ranges", async () => {
    server = await testServer({ models });
    const clip = tinyMp4({ durationMs: 2_500 });
    const input = await uploaded(clip);
    expect(input).toMatchObject({ kind: "video", contentType: "video/mp4", width: 64, height: 36, durationMs: 2_500 });
    const response = await server.request(null, input.url.replace("/api/generations", ""), {
      headers: { range: "bytes=4-7" },
    });
    expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
      206,
      "video/mp4",
      "ftyp",
    ]);
    expect(await uploaded(tinyWav())).toMatchObject({ kind: "audio", width: null, height: null, durationMs: 2_000 });
  });

  it("is accepted by a field of its kind only, within the field's limits", async () => {
    server = await testServer({ models, credits: { initialGrant: 1 } });
    const [png, clip, sound] = [new Uint8Array(tinyPng()), tinyMp4(), tinyMp3()];
    const [image, video, audio] = [await uploaded(png), await uploaded(clip), await uploaded(sound)];
    expect(await issuesOf({ image: video.id, clip: image.id, speech: video.id, other: audio.id })).toEqual([
      "clip: Expected a video, not an image.",
      "speech: Expected an audio file, not a video.",
      "image: Expected an image, not a video.",
      "other: no video",
    ]);
    expect(await issuesOf({ clip: (await uploaded(tinyMp4({ durationMs: 3_001 }))).id })).toEqual([
      "clip: The file lasts 3.001 s, at most 3 s are accepted.",
    ]);
    expect(await issuesOf({ clip: (await uploaded(tinyWebm({ durationMs: 0 }))).id })).toEqual([
      "clip: The file does not state its duration: convert it, for example to MP4 or WAV.",
    ]);
    expect(await issuesOf({ clip: (await uploaded(tinyMp4({ brand: "qt  " }))).id })).toEqual([
      "clip: video/quicktime is not accepted here: use video/mp4, video/webm.",
    ]);
    expect(await issuesOf({ clip: (await uploaded(tinyMp4({ width: 65 }))).id })).toEqual([
      "clip: The file has 65 × 36 pixels, at most 2304 in total are accepted.",
    ]);
    expect(await issuesOf({ speech: (await uploaded(tinyMp3({ durationMs: 3_000 }))).id })).toEqual([
      expect.stringMatching(/^speech: The file has \d+ bytes, at most 20000 are accepted\.$/),
    ]);
    const all = { clip: video.id, speech: (await uploaded(tinyMp3({ durationMs: 500 }))).id, other: video.id };
    for (const frame of [image.id, video.id]) {
      const quote = await server.as("ann").post("/quote", { model: "flux", input: { ...all, frame, image: image.id } });
      expect(quote.status).toBe(200);
    }
    // Neither a blank nor members that the schema removes hide a file from the check.
    expect(await issuesOf({ trimmed: ` ${image.id}` })).toEqual(["trimmed: no video"]);
    const removed = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`x${index}`, `inp_${randomUUID()}`]));
    expect(await issuesOf({ ...removed, clip: image.id })).toEqual([
      "clip: An input may refer to at most 10 uploaded files; this one refers to 11.",
    ]);
    // The facts of another owner's upload are never read.
    const bobs = (await bodyOf<InputResponse>(await upload(tinyMp4(), "bob"))).input.id;
    expect(await issuesOf({ image: bobs })).toEqual([
      "image: This upload does not exist, or has expired: upload it again.",
    ]);
  });

  it("reaches the provider as bytes up to the provider's limit, or as a URL", async () => {
    server = await testServer({ models, publicUrl: "https://host.example" });
    const clip = tinyMp4();
    const { id } = await server.as("ann").submit({ clip: (await uploaded(clip)).id });
    expect(await server.as("ann").finish(id)).toMatchObject({ status: "completed" });
    expect(read.splice(0)).toEqual([{ bytes: clip, contentType: "video/mp4" }]);
    expect(urls.splice(0)).toEqual([expect.stringMatching("^https://host.example/api/generations/inputs/inp_")]);
    const large = await server.as("ann").submit({ clip: (await uploaded(tinyMp4({ frameBytes: 2_000 }))).id });
    expect(await server.as("ann").finish(large.id)).toMatchObject({
      status: "failed",
      error: { code: "provider_rejected_input" },
    });
    expect(read).toEqual([]);
    expect(server.logs.map(({ fields }) => JSON.stringify(fields)).join()).toContain("without `publicUrl`");
  });

  it("moves with its owner and is deleted with its owner", async () => {
    server = await testServer({ models });
    const { id } = await uploaded(tinyMp4());
    const status = async (owner: string) => (await server.as(owner).get(`/inputs/${id}`)).status;
    await server.safelight.api.transferOwner({ from: "ann", to: "bob", credits: "move" });
    expect([await status("ann"), await status("bob")]).toEqual([404, 200]);
    await server.safelight.api.deleteOwner({ ownerId: "bob" });
    expect(await status("bob")).toBe(404);
  });

  it("is refused beyond the limits of its kind", async () => {
    const limits = {
      maxInputImageBytes: 300,
      maxInputVideoBytes: 2_000,
      maxInputAudioBytes: false,
      maxInputSeconds: 4,
      maxInputVideoPixels: 64 * 36,
    } as const;
    server = await testServer({ models, limits });
    const refused = async (bytes: Bytes) => {
      const response = await upload(bytes);
      return [response.status, (await problemOf(response)).detail];
    };
    expect((await upload(tinyMp4({ frameBytes: 1_000 }))).status).toBe(201);
    expect(await refused(tinyMp4({ frameBytes: 2_000 }))).toEqual([413, "The body is larger than 1.9 KiB: send less."]);
    const padded = new Uint8Array(1_000);
    padded.set(tinyPng());
    expect(await refused(padded)).toEqual([413, "The body is larger than 300 bytes: send less."]);
    const types = "Send an image: PNG, JPEG, WebP, GIF or AVIF; or a video: MP4, MOV or WebM.";
    expect(await refused(tinyWav({ durationMs: 10 }))).toEqual([415, types]);
    // An MP4 without pictures is audio.
    expect(await refused(tinyMp4({ hasAudio: true, hasVideo: false }))).toEqual([415, types]);
    expect(await refused(tinyMp4({ durationMs: 4_001 }))).toEqual([
      422,
      "file: The video lasts 4.001 s; at most 4 s are allowed.",
    ]);
    const pixels = "at most 16384 per side and 2304 in total are allowed. Use a smaller one.";
    expect(await refused(tinyMp4({ height: 37 }))).toEqual([422, `file: The video has 64 × 37 pixels; ${pixels}`]);
    // More than a codec or a column can have.
    const month = tinyMp4({ durationMs: 2_592_000_000 });
    expect(await refused(month)).toEqual([422, "file: The video lasts 2592000 s; at most 4 s are allowed."]);
    const wide = tinyWebm({ width: 70_000, height: 70_000 });
    expect(await refused(wide)).toEqual([422, `file: The video has 70000 × 70000 pixels; ${pixels}`]);
  });

  it("is refused if it is truncated or hostile", async () => {
    server = await testServer({ models, limits: { uploads: false } });
    const bomb = join(box("ftyp", "isom", uint32(512)), ...Array.from({ length: 5_000 }, () => box("free")));
    const nested = Array.from({ length: 300 }).reduce<Bytes>((inner) => box("moov", inner), new Uint8Array());
    const files = {
      "a cut MP4": tinyMp4({ frameBytes: 400 }).subarray(0, -1),
      "an MP4 whose frames state 4 GB": ((clip) => {
        clip.set(uint32(0xffff_fff0), clip.length - 32);
        return clip;
      })(tinyMp4()),
      "a cut WebM": tinyWebm().subarray(0, -1),
      "a WebM whose tracks exceed the file": join(
        element("1a45dfa3", element("4282", "webm")),
        element("18538067", [0xff]),
      ),
      "a cut WAV": tinyWav().subarray(0, -100),
      "many boxes": bomb,
      "nested boxes": join(box("ftyp", "isom", uint32(512)), nested),
    };
    for (const [name, bytes] of Object.entries(files)) {
      const response = await upload(new Uint8Array(bytes));
      expect([name, response.status]).toEqual([name, 422]);
      expect((await problemOf(response)).detail).toMatch(/is corrupt or incomplete/);
    }
    // A recording of a browser states no length of its segment.
    const open = tinyWebm();
    const at = Buffer.from(open).indexOf(Buffer.from("18538067", "hex")) + 4;
    open.set([0x1f, 0xff, 0xff, 0xff], at);
    expect((await upload(open)).status).toBe(201);
  });
});
