import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { uint32 } from "../../../testing/media/media-bytes.js";
import { tinyMp4 } from "../../../testing/media/tiny-media.js";
import { tempFolder } from "../../../testing/temp-folder.js";

const megabyte = 1_048_576;
/** Of frames. */
const count = 64;
const urlOf = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return typeof address === "object" ? `http://127.0.0.1:${address?.port}` : "";
}

/** An MP4 with so many megabytes of frames, each filled with another byte. Its headers come first. */
function* clipOf(megabytes: number): Generator<Uint8Array> {
  const clip = tinyMp4({ frameBytes: 0 });
  clip.set(uint32(8 + megabytes * megabyte), clip.length - 8);
  yield clip;
  for (let index = 0; index < megabytes; index += 1) yield Buffer.alloc(megabyte, index & 255);
}

/** Sends a clip of as many megabytes as the path requests, at the reader's pace. */
const sendClip: RequestListener = async ({ url }, response) => {
  for (const chunk of clipOf(Number(url?.slice(1)))) if (!response.write(chunk)) await once(response, "drain");
  response.end();
};

/** The hash of the clip in a body, without the mark behind it. */
async function clipHashOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  let left = tinyMp4({ frameBytes: 0 }).length + count * megabyte;
  for await (const chunk of body) {
    hash.update(chunk.subarray(0, left));
    left = Math.max(0, left - chunk.length);
  }
  return hash.digest("hex");
}

const sentHash = clipHashOf(Readable.from(clipOf(count)));

interface Copied {
  readonly output: { readonly byteLength: number; readonly sha256: string; readonly storageKey: string };
  readonly grownBytes: number;
  readonly heldBytes: number;
}

/** Stores a small clip and then the large one like a worker, in a process with a small memory limit. */
async function storeInProcess(storage: string): Promise<Copied> {
  const origin = await serve(sendClip);
  const temporary = await tempFolder("memory");
  const script = `
    const { guardedCopier } = await import(${urlOf("guarded-copier.ts")});
    const { storeMedia } = await import(${urlOf("../worker/outputs/store-media.ts")});
    const { iptcMark } = await import(${urlOf("../provenance/iptc-mark.ts")});
    const { systemClock } = await import(${urlOf("../process/system-clock.ts")});
    const { fileStorage } = await import(${urlOf("../storage/file-storage.ts")});
    const { s3Storage } = await import(${urlOf("../storage/s3/s3-storage.ts")});
    const logger = { debug() {}, info() {}, warn: console.error, error: console.error };
    const context = {
      clock: systemClock, copier: guardedCopier(), logger, marking: { mark: iptcMark(), system: null },
      memory: { unmarkedTypes: new Set() }, sizeBreakers: { storage: { recordStored() {} }, TMPDIR: { recordStored() {} } }, storage: ${storage},
    };
    const storeOne = async (count) => {
      const { signal } = new AbortController();
      const generation = { id: "gen_1", kind: "video", model: "clip", createdAt: 0, requestedOutputs: 1, storagePrefix: "r4nd" };
      const media = [{ url: "${origin}/" + count }];
      const result = { generation, digitalSourceType: "trainedAlgorithmicMedia", media, cache: null, earlier: [] };
      const limits = { maxBytes: Infinity, waitedMs: 0, transferLimitMs: () => 600_000, isLastTry: () => false };
      const { error, outputs: [output] } = await storeMedia(context, { result, conditions: { hosts: ["${origin}"], ...limits, signal } });
      if (error) throw error;
      return output;
    };
    await storeOne(2);
    const before = process.resourceUsage().maxRSS;
    const output = await storeOne(${count});
    const grownBytes = (process.resourceUsage().maxRSS - before) * 1_024;
    console.log(JSON.stringify({ output, grownBytes, heldBytes: process.memoryUsage().arrayBuffers }));`;
  const importsFrom = new URL("../../../test/source-imports.ts", import.meta.url).href;
  const flags = ["--max-old-space-size=32", "--conditions=@safelight/source", "--import", importsFrom];
  const env = { ...process.env, TMPDIR: temporary };
  const args = [...flags, "--input-type=module", "-e", script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  expect(await readdir(temporary)).toEqual([]);
  return JSON.parse(stdout);
}

/** The clip takes some 10 MiB. Above this, large parts of it were in memory. */
const maxGrownBytes = 40 * megabyte;

describe("a worker's process that stores a video of 64 MiB", () => {
  it("uses a fraction of its size as memory, with file storage", async () => {
    const folder = await tempFolder("memory");
    const { grownBytes, heldBytes, output } = await storeInProcess(`fileStorage(${JSON.stringify(folder)})`);
    const stored = createReadStream(join(folder, output.storageKey));
    expect(await clipHashOf(stored)).toBe(await sentHash);
    expect(output).toMatchObject({ kind: "video", contentType: "video/mp4", provenance: { marked: true } });
    expect(grownBytes).toBeLessThan(maxGrownBytes);
    expect(heldBytes).toBeLessThan(maxGrownBytes);
  });

  it("uses a fraction of its size as memory, with a bucket", async () => {
    const received: unknown[] = [];
    const endpoint = await serve(async (request: IncomingMessage, response) => {
      const { "content-length": length, "x-amz-content-sha256": declared } = request.headers;
      received.push({ length, declared, hash: await clipHashOf(request) });
      response.end();
    });
    const options = { bucket: "media", region: "us-east-1", accessKeyId: "id", secretAccessKey: "secret", endpoint };
    const { grownBytes, heldBytes, output } = await storeInProcess(`s3Storage(${JSON.stringify(options)})`);
    const { byteLength, sha256 } = output;
    expect(received.at(-1)).toEqual({ length: String(byteLength), declared: sha256, hash: await sentHash });
    expect(grownBytes).toBeLessThan(maxGrownBytes);
    expect(heldBytes).toBeLessThan(maxGrownBytes);
  });
});
