import { createHash } from "node:crypto";
import { chmod, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ScratchSpool, scratchSpool } from "../../../../testing/scratch-spool.js";
import { openSmallVolume } from "../../../../testing/small-volume.js";
import { fileSpool } from "./file-spool.js";
import { NoRoomError } from "./spool.js";
import { SpoolFolder } from "./spool-folder.js";

const megabyte = 1_048_576;

let scratch: ScratchSpool;
beforeEach(async () => {
  scratch = await scratchSpool();
});
afterEach(() => scratch.remove());

/** Bytes that depend on their position. */
const bytesOf = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) & 0xff);
const sha256Of = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function* inPieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

async function* breaking(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
  expect(await scratch.left()).toHaveLength(2);
  throw new Error("It broke.");
}

describe("fileSpool", () => {
  it.each([0, 1, 65_537, megabyte])("keeps %d bytes in memory, and makes no folder", async (length) => {
    const bytes = bytesOf(length);
    const { body, close, sha256 } = await scratch.spool.take(inPieces(bytes, 7_000));
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
  ])("keeps %d bytes, which come in pieces of %d, in a file until they are let go of", async (length, pieceBytes) => {
    const bytes = bytesOf(length);
    const { body, close, sha256 } = await scratch.spool.take(inPieces(bytes, pieceBytes));
    expect([body.size, sha256]).toEqual([length, sha256Of(bytes)]);
    expect(Buffer.from(await body.arrayBuffer()).equals(bytes)).toBe(true);
    expect(await scratch.left()).toHaveLength(2);
    await close();
    await close();
    expect(await scratch.left()).toEqual([]);
  });

  it("lets nobody else look into its folder", async () => {
    const { close } = await scratch.spool.take(inPieces(bytesOf(megabyte + 1), megabyte));
    const [folder = "", file = ""] = [...(await scratch.left())].sort();
    const modes = await Promise.all([folder, file].map(async (name) => (await stat(join(scratch.parent, name))).mode));
    expect(modes.map((mode) => mode & 0o777)).toEqual([0o700, 0o600]);
    await close();
  });

  it("keeps several bodies apart in one folder, which goes with the last", async () => {
    const bodies = [1, 2, 3].map((odd) => bytesOf(2 * megabyte + odd));
    const taken = await Promise.all(bodies.map((bytes) => scratch.spool.take(inPieces(bytes, 60_000))));
    expect(taken.map(({ sha256 }) => sha256)).toEqual(bodies.map(sha256Of));
    expect((await scratch.left()).filter((name) => !name.includes("/"))).toHaveLength(1);
    await taken[0]?.close();
    expect(await scratch.left()).toHaveLength(3);
    await Promise.all(taken.map(({ close }) => close()));
    expect(await scratch.left()).toEqual([]);
  });

  it("loses no file to the removal of the folder by another", async () => {
    const bytes = bytesOf(megabyte + 1);
    const rounds = Array.from({ length: 40 }, async () => {
      const { body, close } = await scratch.spool.take(inPieces(bytes, megabyte));
      const { byteLength } = await body.arrayBuffer();
      await close();
      return byteLength;
    });
    expect(new Set(await Promise.all(rounds))).toEqual(new Set([megabyte + 1]));
    expect(await scratch.left()).toEqual([]);
  });

  it("leaves nothing of a body that breaks", async () => {
    await expect(scratch.spool.take(breaking(bytesOf(3 * megabyte)))).rejects.toThrow("It broke.");
    expect(await scratch.left()).toEqual([]);
  });

  it("throws on a full disk, leaves nothing there, and goes on once there is room", async ({ skip }) => {
    const volume = await openSmallVolume();
    if (volume === null) return skip("Mounts are not permitted here.");
    try {
      await volume.fill(300_000);
      const spool = fileSpool(new SpoolFolder(volume.folder, { now: Date.now }));
      const body = bytesOf(megabyte + 1);
      await expect(spool.take(inPieces(body, megabyte))).rejects.toThrow("ENOSPC");
      expect(await readdir(volume.folder)).toEqual(["ballast"]);
      await volume.fill(0);
      await expect(spool.take(inPieces(body, megabyte))).rejects.toThrow("ENOSPC");
    } finally {
      await volume.close();
    }
  });

  it("says once that no folder can be made", async () => {
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
    await spool.take(inPieces(bytesOf(megabyte), megabyte));
    expect(warnings).toEqual([]);
    for (let times = 0; times < 2; times += 1) await spool.take(inPieces(bytesOf(2 * megabyte), megabyte));
    expect(warnings).toEqual([
      [
        expect.stringContaining("no place for temporary files"),
        { mostBytes: 32 * megabyte, error: expect.stringContaining("ENOENT") },
      ],
    ]);
  });

  it("holds up to 32 MiB in memory where no folder can be made, and refuses more", async () => {
    await rm(scratch.parent, { recursive: true });
    const bytes = bytesOf(3 * megabyte);
    const { body, close, sha256 } = await scratch.spool.take(inPieces(bytes, 1_000_000));
    expect(sha256).toBe(sha256Of(bytes));
    expect(Buffer.from(await body.arrayBuffer()).equals(bytes)).toBe(true);
    await close();
    const long = new Uint8Array(33 * megabyte);
    await expect(scratch.spool.take(inPieces(long, megabyte))).rejects.toThrow(NoRoomError);
    await expect(chmod(scratch.parent, 0o700)).rejects.toThrow("ENOENT");
    scratch = await scratchSpool();
  });
});
