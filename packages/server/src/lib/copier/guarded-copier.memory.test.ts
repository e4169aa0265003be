import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { tempFolder } from "../../../testing/temp-folder.js";

const megabyte = 1_048_576;
const count = 100;
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

/** Sends as many megabytes as the path requests, each filled with another byte, at the reader's pace. */
const sendMegabytes: RequestListener = async ({ url }, response) => {
  for (let index = 0; index < Number(url?.slice(1)); index += 1) {
    if (!response.write(Buffer.alloc(megabyte, index & 255))) await once(response, "drain");
  }
  response.end();
};

/** The hash of a whole body. */
async function hashOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of body) hash.update(chunk);
  return hash.digest("hex");
}

async function* megabytes(): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index += 1) yield Buffer.alloc(megabyte, index & 255);
}

/** Copies a small body and then the large one, in a process with a small memory limit. */
async function copyInProcess(storage: string): Promise<{ readonly sha256: string; readonly grownBytes: number }> {
  const origin = await serve(sendMegabytes);
  const temporary = await tempFolder("memory");
  const script = `
    const { guardedCopier } = await import(${urlOf("guarded-copier.ts")});
    const { measureBlob } = await import(${urlOf("../media/measure-blob.ts")});
    const { fileStorage } = await import(${urlOf("../storage/file-storage.ts")});
    const { s3Storage } = await import(${urlOf("../storage/s3/s3-storage.ts")});
    const storage = ${storage};
    const copier = guardedCopier();
    const copyOne = async (count) => {
      const { signal } = new AbortController();
      const request = { url: "${origin}/" + count, hosts: ["${origin}"], maxBytes: Infinity, signal };
      const { body, close, sha256 } = await copier.copy(request);
      await measureBlob(body);
      await storage.put("r4nd/" + count, body, { contentType: "video/mp4", sha256 });
      await close();
      return sha256;
    };
    await copyOne(2);
    const before = process.resourceUsage().maxRSS;
    const sha256 = await copyOne(${count});
    console.log(JSON.stringify({ sha256, grownBytes: (process.resourceUsage().maxRSS - before) * 1_024 }));`;
  const importsFrom = new URL("../../../test/source-imports.ts", import.meta.url).href;
  const flags = ["--max-old-space-size=32", "--conditions=@safelight/source", "--import", importsFrom];
  const env = { ...process.env, TMPDIR: temporary };
  const args = [...flags, "--input-type=module", "-e", script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  expect(await readdir(temporary)).toEqual([]);
  return JSON.parse(stdout);
}

describe("a process that copies 100 MiB", () => {
  it("uses less than 64 MiB of memory, with file storage", async () => {
    const folder = await tempFolder("memory");
    const { grownBytes, sha256 } = await copyInProcess(`fileStorage(${JSON.stringify(folder)})`);
    expect(sha256).toBe(await hashOf(megabytes()));
    expect(grownBytes).toBeLessThan(64 * megabyte);
  });

  it("uses less than 64 MiB of memory, with a bucket", async () => {
    const received: unknown[] = [];
    const endpoint = await serve(async (request: IncomingMessage, response) => {
      const { "content-length": length, "x-amz-content-sha256": declared } = request.headers;
      received.push({ length, declared, hash: await hashOf(request) });
      response.end();
    });
    const options = { bucket: "media", region: "us-east-1", accessKeyId: "id", secretAccessKey: "secret", endpoint };
    const { grownBytes, sha256 } = await copyInProcess(`s3Storage(${JSON.stringify(options)})`);
    expect(received.at(-1)).toEqual({ length: String(count * megabyte), declared: sha256, hash: sha256 });
    expect(grownBytes).toBeLessThan(64 * megabyte);
  });
});
