import { createHash } from "node:crypto";
import { chmod, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ScratchSpool, scratchSpool } from "../../../../testing/scratch-spool.js";
import { openSmallVolume } from "../../../../testing/volumes/small-volume.js";
import { BufferLimitError } from "../../ports/body-spool.js";
import { fileSpool } from "./file-spool.js";
import { SpoolFolder } from "./spool-folder.js";

const megabyte = 1_048_576;

let scratch: ScratchSpool;
beforeEach(async () => {
  scratch = await scratchSpool();
});
afterEach(() => scratch.remove());

/** Bytes that depend on their position. */
const bytesOf = (length: number) => new Uint8Array(length).map((_, at) => (at * 31 + (at >> 8)) & 0xff);
const sha256Of = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function* inChunks(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

async function* failing(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
  expect(await scratch.left()).toHaveLength(2);
  throw new Error("The stream failed.");
}

describe("fileSpool", () => {
  it.each([0, 1, 65_537, megabyte])("keeps %d bytes in memory, and creates no folder", async (length) => {
    const bytes = bytesOf(length);
    const { body, close, sha256 } = await scratch.spool.buffer(inChunks(bytes, 7_000));
    expect(await scratch.left()).toEqual([]);
    await close();
    expect(sha256).toBe(sha256Of(bytes));
    expect(Buffer.from(await body.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it.each([
    [megabyte + 1, 65_536],
    [3 * megabyte, 100_003],
    [5 * megabyte + 3, 4 * megabyte],
    [megabyte + 5, 1],
  ])("keeps %d bytes in chunks of %d in a file until close", async (length, chunkBytes) => {
    const bytes = bytesOf(length);
    const { body, close, sha256 } = await scratch.spool.buffer(inChunks(bytes, chunkBytes));
    expect([body.size, sha256]).toEqual([length, sha256Of(bytes)]);
    expect(Buffer.from(await body.arrayBuffer()).equals(bytes)).toBe(true);
    expect(await scratch.left()).toHaveLength(2);
    await close();
    await close();
    expect(await scratch.left()).toEqual([]);
  });

  it("restricts its folder and files to this user", async () => {
    const { close } = await scratch.spool.buffer(inChunks(bytesOf(megabyte + 1), megabyte));
    const [folder = "", file = ""] = [...(await scratch.left())].sort();
    const modes = await Promise.all([folder, file].map(async (name) => (await stat(join(scratch.parent, name))).mode));
    expect(modes.map((mode) => mode & 0o777)).toEqual([0o700, 0o600]);
    await close();
  });

  it("stores several bodies in one folder, and removes it with the last", async () => {
    const bodies = [1, 2, 3].map((odd) => bytesOf(2 * megabyte + odd));
    const buffered = await Promise.all(bodies.map((bytes) => scratch.spool.buffer(inChunks(bytes, 60_000))));
    expect(buffered.map(({ sha256 }) => sha256)).toEqual(bodies.map(sha256Of));
    expect((await scratch.left()).filter((name) => !name.includes("/"))).toHaveLength(1);
    await buffered[0]?.close();
    expect(await scratch.left()).toHaveLength(3);
    await Promise.all(buffered.map(({ close }) => close()));
    expect(await scratch.left()).toEqual([]);
  });

  it("loses no file when a parallel copy removes the folder", async () => {
    const bytes = bytesOf(megabyte + 1);
    const copies = Array.from({ length: 40 }, async () => {
      const { body, close } = await scratch.spool.buffer(inChunks(bytes, megabyte));
      const { byteLength } = await body.arrayBuffer();
      await close();
      return byteLength;
    });
    expect(new Set(await Promise.all(copies))).toEqual(new Set([megabyte + 1]));
    expect(await scratch.left()).toEqual([]);
  });

  it("removes the file of a body that fails", async () => {
    await expect(scratch.spool.buffer(failing(bytesOf(3 * megabyte)))).rejects.toThrow("The stream failed.");
    expect(await scratch.left()).toEqual([]);
  });

  it("throws on a full disk, and removes its file", async ({ skip }) => {
    const volume = await openSmallVolume();
    if (volume === null) return skip("Mounts are not permitted here.");
    try {
      await volume.fill(300_000);
      const spool = fileSpool(new SpoolFolder(volume.folder, { now: Date.now }));
      const body = bytesOf(megabyte + 1);
      await expect(spool.buffer(inChunks(body, megabyte))).rejects.toThrow("ENOSPC");
      expect(await readdir(volume.folder)).toEqual(["ballast"]);
      await volume.fill(0);
      await expect(spool.buffer(inChunks(body, megabyte))).rejects.toThrow("ENOSPC");
    } finally {
      await volume.close();
    }
  });

  it("warns once if no folder can be created", async () => {
    const warnings: unknown[] = [];
    const silent = () => undefined;
    const logger = {
      debug: silent,
      info: silent,
      error: silent,
      warn: (...line: unknown[]) => void warnings.push(line),
    };
    const missing = new SpoolFolder(join(scratch.parent, "missing"), { now: Date.now });
    const spool = fileSpool(missing, { logger });
    await spool.buffer(inChunks(bytesOf(megabyte), megabyte));
    expect(warnings).toEqual([]);
    for (let times = 0; times < 2; times += 1) await spool.buffer(inChunks(bytesOf(2 * megabyte), megabyte));
    expect(warnings).toEqual([
      [
        expect.stringContaining("No temporary file can be created"),
        { event: "download.no_temp_folder", maxBytes: 32 * megabyte, error: expect.stringContaining("ENOENT") },
      ],
    ]);
  });

  it("buffers up to 32 MiB in memory if no folder can be created, and refuses more", async () => {
    await rm(scratch.parent, { recursive: true });
    const bytes = bytesOf(3 * megabyte);
    const { body, close, sha256 } = await scratch.spool.buffer(inChunks(bytes, 1_000_000));
    expect(sha256).toBe(sha256Of(bytes));
    expect(Buffer.from(await body.arrayBuffer()).equals(bytes)).toBe(true);
    await close();
    const long = new Uint8Array(33 * megabyte);
    await expect(scratch.spool.buffer(inChunks(long, megabyte))).rejects.toThrow(BufferLimitError);
    await expect(chmod(scratch.parent, 0o700)).rejects.toThrow("ENOENT");
    scratch = await scratchSpool();
  });
});
