import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type ScratchSpool, scratchSpool } from "../../../testing/scratch-spool.js";
import { openSmallVolume } from "../../../testing/volumes/small-volume.js";
import { FullFolderError } from "../ports/body-spool.js";
import type { CopyOutcome } from "../ports/media-copier.js";
import { guardedCopier } from "./guarded-copier.js";
import { fileSpool } from "./spool/file-spool.js";
import { SpoolFolder } from "./spool/spool-folder.js";
import { withSpoolHealth } from "./spool/with-spool-health.js";

const megabyte = 1_048_576;
const signal = new AbortController().signal;

let scratch: ScratchSpool;
beforeEach(async () => {
  scratch = await scratchSpool();
  const { remove } = scratch;
  onTestFinished(remove);
});

const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});

/** Responds to every request; resolves to the server's origin. */
async function serve(respond: (response: ServerResponse) => unknown): Promise<string> {
  const server = createServer((_, response) => void respond(response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return typeof address === "object" ? `http://127.0.0.1:${address?.port}` : "";
}

/** Sends `count` megabytes, each filled with another byte, at the reader's pace. */
async function sendMegabytes(response: ServerResponse, count: number): Promise<void> {
  response.writeHead(200, { "content-type": "video/mp4" });
  for (let index = 0; index < count; index += 1) {
    if (!response.write(Buffer.alloc(megabyte, index & 255))) await once(response, "drain");
  }
  response.end();
}

function hashOfMegabytes(count: number): string {
  const hash = createHash("sha256");
  for (let index = 0; index < count; index += 1) hash.update(Buffer.alloc(megabyte, index & 255));
  return hash.digest("hex");
}

function copy(origin: string, change: { maxBytes?: number; signal?: AbortSignal } = {}): Promise<CopyOutcome> {
  const request = { url: `${origin}/v.mp4`, hosts: [origin], maxBytes: 100 * megabyte, signal, ...change };
  return guardedCopier({ spool: scratch.spool }).copy(request);
}

/** Waits until a temporary file exists. */
async function spooling(parent: string): Promise<void> {
  while ((await readdir(parent, { recursive: true })).length < 2) await new Promise((next) => setTimeout(next, 10));
}

/** Runs a script of the sources in a separate process. */
function runScript(script: string, env: NodeJS.ProcessEnv): ChildProcess {
  const importsFrom = new URL("../../../test/source-imports.ts", import.meta.url).href;
  const args = ["--conditions=@safelight/source", "--import", importsFrom, "--input-type=module", "-e", script];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: "ignore",
  });
  children.push(child);
  return child;
}

const urlOf = (path: string) => new URL(path, import.meta.url).href;

describe("guardedCopier with a long body", () => {
  it("keeps the bytes in a file until close, and returns their hash", async () => {
    const outcome = await copy(await serve((response) => sendMegabytes(response, 5)));
    if (outcome.type !== "copied") throw new Error(outcome.type);
    expect(outcome).toMatchObject({ sha256: hashOfMegabytes(5), contentType: "video/mp4" });
    expect(outcome.body.size).toBe(5 * megabyte);
    expect(await scratch.left()).toHaveLength(2);
    await outcome.close();
    expect(await scratch.left()).toEqual([]);
  });

  it("removes the file of a body above maxBytes", async () => {
    const origin = await serve((response) => sendMegabytes(response, 8));
    expect(await copy(origin, { maxBytes: 4 * megabyte })).toMatchObject({
      type: "refused",
      failure: { code: "output_rejected" },
    });
    expect(await scratch.left()).toEqual([]);
  });

  it("removes the file of a truncated body", async () => {
    const origin = await serve((response) => {
      response.writeHead(200, { "content-length": 8 * megabyte });
      response.write(Buffer.alloc(3 * megabyte));
      void spooling(scratch.parent).then(() => response.destroy());
    });
    await expect(copy(origin)).rejects.toThrow("Copying from 127.0.0.1 failed");
    expect(await scratch.left()).toEqual([]);
  });

  it("removes the file when the copy is aborted", async () => {
    const stop = new AbortController();
    const origin = await serve((response) => response.write(Buffer.alloc(3 * megabyte)));
    const copying = copy(origin, { signal: stop.signal });
    await spooling(scratch.parent);
    stop.abort(new Error("The lease is lost."));
    await expect(copying).rejects.toThrow("The lease is lost.");
    expect(await scratch.left()).toEqual([]);
  });

  it("throws when the disk is full, so that a later try may succeed", async ({ skip }) => {
    const volume = await openSmallVolume();
    if (volume === null) return skip("Mounts are not permitted here.");
    try {
      const origin = await serve((response) => sendMegabytes(response, 5));
      const copier = guardedCopier({ spool: fileSpool(new SpoolFolder(volume.folder, { now: Date.now })) });
      const copying = copier.copy({ url: origin, hosts: [origin], maxBytes: 1e9, signal });
      await expect(copying).rejects.toThrow("Copying from 127.0.0.1 failed: ENOSPC");
      expect(await readdir(volume.folder)).toEqual([]);
      // A worker recognizes it, and does not pay for outputs of that size.
      const spool = withSpoolHealth(fileSpool(new SpoolFolder(volume.folder, { now: Date.now })), () => 0);
      const checked = guardedCopier({ spool }).copy({ url: origin, hosts: [origin], maxBytes: 1e9, signal });
      await expect(checked).rejects.toThrow(FullFolderError);
    } finally {
      await volume.close();
    }
  });

  it("refuses a body that exceeds memory when no file can be created, without a retry", async () => {
    const spool = fileSpool(new SpoolFolder(join(scratch.parent, "missing"), { now: Date.now }));
    const origin = await serve((response) => sendMegabytes(response, 40));
    const copying = guardedCopier({ spool }).copy({ url: origin, hosts: [origin], maxBytes: 100 * megabyte, signal });
    expect(await copying).toMatchObject({
      type: "refused",
      failure: {
        code: "output_rejected",
        message: expect.stringContaining("more than the 33554432 bytes that memory buffers"),
      },
    });
  });

  it("leaves the folder of a killed process to the next process, which removes it", async () => {
    const { parent } = scratch;
    const origin = await serve((response) => response.write(Buffer.alloc(3 * megabyte)));
    const request = `{ url: "${origin}/v.mp4", hosts: ["${origin}"], maxBytes: Infinity, signal: new AbortController().signal }`;
    const script = `
      const { guardedCopier } = await import("${urlOf("guarded-copier.ts")}");
      await guardedCopier().copy(${request});`;
    const child = runScript(script, { TMPDIR: parent });
    await spooling(parent);
    child.kill("SIGKILL");
    await once(child, "close");
    expect(await readdir(parent)).toEqual([expect.stringMatching(/^safelight-spool-/)]);

    const other = await serve((response) => sendMegabytes(response, 2));
    const outcome = await copy(other);
    if (outcome.type === "copied") await outcome.close();
    expect(await readdir(parent)).toEqual([]);
  });
});
