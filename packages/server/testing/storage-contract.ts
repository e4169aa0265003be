import { openAsBlob } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256Hex } from "../src/lib/bytes/sha256-hex.js";
import type { ByteRange, ListedObject, Storage } from "../src/lib/ports/storage.js";
import { putBytes } from "./put-bytes.js";

/** A storage under test. */
export interface StorageSubject {
  readonly storage: Storage;
  /** Takes away what the subject has put somewhere. */
  close?(): Promise<void>;
}

/**
 * What every storage promises. Run it in the adapter's own test file; it registers vitest tests.
 *
 * @param name what is tested, as it appears in the report.
 * @param create makes an empty storage; called before each test.
 * @example
 * ```ts
 * runStorageContract("memoryStorage", async () => ({ storage: memoryStorage() }));
 * ```
 */
export function runStorageContract(name: string, create: () => Promise<StorageSubject>): void {
  describe(`${name} as a storage`, () => {
    let subject: StorageSubject;
    let storage: Storage;

    beforeEach(async () => {
      subject = await create();
      storage = subject.storage;
    });

    afterEach(async () => {
      await subject.close?.();
    });

    const read = async (key: string, range?: ByteRange): Promise<Uint8Array | null> => {
      const found = await storage.get(key, range);
      return found === null ? null : new Uint8Array(await new Response(found.body).arrayBuffer());
    };

    const put = (key: string, bytes: Uint8Array): Promise<void> => putBytes(storage, key, bytes);

    it("has a short name", () => {
      expect(storage.id).toMatch(/^[a-z0-9-]{1,32}$/);
    });

    it("gives back what was put", async () => {
      await put("r4nd/0-abc.png", bytesOf(1_000));
      expect(await read("r4nd/0-abc.png")).toEqual(bytesOf(1_000));
      expect((await storage.get("r4nd/0-abc.png"))?.byteLength).toBe(1_000);
    });

    it("keeps an empty object apart from none", async () => {
      await put("r4nd/empty", new Uint8Array());
      expect(await read("r4nd/empty")).toEqual(new Uint8Array());
      expect((await storage.get("r4nd/empty"))?.byteLength).toBe(0);
    });

    it("gives back a large object whole", async () => {
      const large = bytesOf(3 * 1024 * 1024 + 7);
      await put("r4nd/large", large);
      expectSameBytes(await read("r4nd/large"), large);
    });

    it.each([
      { start: 0, end: 0 },
      { start: 0, end: 999 },
      { start: 7, end: 42 },
      { start: 999, end: 999 },
    ])("reads bytes $start to $end, both included, and tells the whole length", async (range) => {
      await put("r4nd/part", bytesOf(1_000));
      expect(await read("r4nd/part", range)).toEqual(bytesOf(1_000).slice(range.start, range.end + 1));
      expect((await storage.get("r4nd/part", range))?.byteLength).toBe(1_000);
    });

    it("reads a range across the inner chunks of a large object", async () => {
      const large = bytesOf(500_000);
      await put("r4nd/large", large);
      expectSameBytes(await read("r4nd/large", { start: 60_001, end: 400_002 }), large.slice(60_001, 400_003));
    });

    it("answers null for what is not there", async () => {
      expect(await storage.get("r4nd/nothing")).toBeNull();
      expect(await storage.get("r4nd/nothing", { start: 0, end: 1 })).toBeNull();
    });

    it("takes the same object again", async () => {
      await put("r4nd/twice", bytesOf(100));
      await put("r4nd/twice", bytesOf(100));
      expect(await read("r4nd/twice")).toEqual(bytesOf(100));
    });

    it("takes the same object from several hands at once", async () => {
      await Promise.all(Array.from({ length: 8 }, () => put("r4nd/crowd", bytesOf(70_000))));
      expect(await read("r4nd/crowd")).toEqual(bytesOf(70_000));
    });

    it("stores the bytes of a slice and not those around it", async () => {
      const body = new Blob([bytesOf(100)]).slice(10, 20);
      await storage.put("r4nd/slice", body, { ...png, sha256: await sha256Hex(bytesOf(100).slice(10, 20)) });
      expect(await read("r4nd/slice")).toEqual(bytesOf(100).slice(10, 20));
    });

    it("stores a file of several megabytes, which need not be there afterwards", async () => {
      const bytes = bytesOf(5 * 1024 * 1024 + 7);
      await withFile(bytes, async (file) => {
        await storage.put("r4nd/file", file, { ...png, sha256: await sha256Hex(bytes) });
      });
      expectSameBytes(await read("r4nd/file"), bytes);
    });

    it("shows nothing of a body that breaks in the middle, and takes it whole afterwards", async () => {
      const bytes = bytesOf(4 * 1024 * 1024);
      const options = { ...png, sha256: await sha256Hex(bytes) };
      const half = bytes.byteLength / 2;
      const broken = await withFile(bytes.slice(half), async (file) => new Blob([bytes.slice(0, half), file]));
      await expect(storage.put("r4nd/broken", broken, options)).rejects.toThrow();
      expect(await storage.get("r4nd/broken")).toBeNull();
      await put("r4nd/broken", bytes);
      expectSameBytes(await read("r4nd/broken"), bytes);
    });

    it("takes nothing once nobody waits for it", async () => {
      const bytes = bytesOf(100);
      const options = { ...png, sha256: await sha256Hex(bytes), signal: AbortSignal.abort(new Error("Nobody waits.")) };
      await expect(storage.put("r4nd/unwanted", new Blob([bytes]), options)).rejects.toThrow("Nobody waits.");
      expect(await storage.get("r4nd/unwanted")).toBeNull();
    });

    it("gives up a file that may be gone once nobody waits for it, and takes it whole afterwards", async () => {
      const bytes = bytesOf(4 * 1024 * 1024);
      const leaving = new AbortController();
      const options = { ...png, sha256: await sha256Hex(bytes), signal: leaving.signal };
      const putting = await withFile(bytes, async (file) => {
        const refused = expect(storage.put("r4nd/left", file, options)).rejects.toThrow("Nobody waits.");
        leaving.abort(new Error("Nobody waits."));
        return { refused };
      });
      await putting.refused;
      const stored = await read("r4nd/left");
      if (stored !== null) expectSameBytes(stored, bytes);
      await put("r4nd/left", bytes);
      expectSameBytes(await read("r4nd/left"), bytes);
    });

    it("deletes one object and leaves its neighbors", async () => {
      await put("r4nd/0", bytesOf(10));
      await put("r4nd/1", bytesOf(20));
      await storage.delete("r4nd/0");
      expect(await storage.get("r4nd/0")).toBeNull();
      expect(await read("r4nd/1")).toEqual(bytesOf(20));
    });

    it("takes a delete of what is not there, and a put after a delete", async () => {
      await storage.delete("r4nd/never");
      await put("r4nd/again", bytesOf(10));
      await storage.delete("r4nd/again");
      await storage.delete("r4nd/again");
      await put("r4nd/again", bytesOf(10));
      expect(await read("r4nd/again")).toEqual(bytesOf(10));
    });

    it("removes everything under a prefix, and nothing else", async () => {
      const kept = ["r4nd2/0", "r4n/0", "other/r4nd"];
      for (const key of ["r4nd/0", "r4nd/1-abc.png", "r4nd/preview", ...kept]) await put(key, bytesOf(10));
      await storage.deleteAll("r4nd");
      for (const key of ["r4nd/0", "r4nd/1-abc.png", "r4nd/preview"]) expect(await read(key)).toBeNull();
      for (const key of kept) expect(await read(key)).toEqual(bytesOf(10));
    });

    it("removes everything under a prefix again, and takes puts under it afterwards", async () => {
      await storage.deleteAll("r4nd");
      await put("r4nd/0", bytesOf(10));
      await storage.deleteAll("r4nd");
      await storage.deleteAll("r4nd");
      await put("r4nd/0", bytesOf(20));
      expect(await read("r4nd/0")).toEqual(bytesOf(20));
    });

    it.each(["", ".", "..", "/", "a/b", "../x", "a/", "*", "a\\b", "a\0", "~incoming"])(
      "refuses the prefix %j and removes nothing",
      async (prefix) => {
        await put("a/b", bytesOf(1));
        await expect(storage.deleteAll(prefix)).rejects.toThrow();
        expect(await read("a/b")).toEqual(bytesOf(1));
      },
    );

    it("survives puts and deletes beside each other under one prefix", async () => {
      const rounds = Array.from({ length: 20 }, (_, index) => `r4nd/${index}`);
      await Promise.all(
        rounds.map(async (key, index) => {
          await put(key, bytesOf(50));
          if (index % 2 === 0) await storage.delete(key);
        }),
      );
      const left = await Promise.all(rounds.map((key) => read(key)));
      expect(left.map((bytes) => bytes?.byteLength ?? 0)).toEqual(rounds.map((_, index) => (index % 2 === 0 ? 0 : 50)));
    });

    it("lists each object once with its size and time, or has no listing", async () => {
      if (storage.list === undefined) return;
      const list = async (): Promise<readonly ListedObject[]> => {
        const listed: ListedObject[] = [];
        for await (const object of storage.list?.() ?? []) listed.push(object);
        return listed;
      };
      expect(await list()).toEqual([]);
      const startedAt = Date.now();
      await put("r4nd/0-abc.png", bytesOf(10));
      await put("r4nd/1", bytesOf(20));
      await put("other/0", bytesOf(30));
      await put("other/gone", bytesOf(30));
      await storage.delete("other/gone");
      const listed = await list();
      expect(listed.map(({ key, byteLength }) => [key, byteLength]).toSorted()).toEqual([
        ["other/0", 30],
        ["r4nd/0-abc.png", 10],
        ["r4nd/1", 20],
      ]);
      // The storage has its own clock, which a signed request requires to be right to within 15 minutes.
      for (const { storedAt } of listed) expect(Math.abs(storedAt - startedAt)).toBeLessThan(900_000);
    });

    it("lets a reader leave in the middle", async () => {
      await put("r4nd/left", bytesOf(1024 * 1024));
      const found = await storage.get("r4nd/left");
      const reader = found?.body.getReader();
      await reader?.read();
      await reader?.cancel();
      expect((await read("r4nd/left"))?.byteLength).toBe(1024 * 1024);
    });

    it.each([
      "",
      "one",
      "a/b/c",
      "../x",
      "x/..",
      "x/../y",
      "./x",
      "/etc/passwd",
      "x\\y/z",
      "x/y\0",
      "x/y z",
      "%2e%2e/x",
    ])("refuses the key %j", async (key) => {
      await expect(put(key, bytesOf(1))).rejects.toThrow();
      await expect(storage.get(key)).rejects.toThrow();
      await expect(storage.delete(key)).rejects.toThrow();
    });

    it("signs URLs that can be read without it, or none", async () => {
      if (storage.signedUrl === undefined) return;
      await put("r4nd/signed", bytesOf(100));
      const url = await storage.signedUrl("r4nd/signed", { expiresAt: Date.now() + 60_000 });
      const response = await fetch(url);
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytesOf(100));
      expect(response.headers.get("content-type")).toBe(png.contentType);
    });
  });
}

const png = { contentType: "image/png" };

/** As `toEqual`, which takes a second for a megabyte. */
function expectSameBytes(actual: Uint8Array | null, expected: Uint8Array): void {
  expect(actual?.byteLength).toBe(expected.byteLength);
  expect(actual?.findIndex((byte, index) => byte !== expected[index])).toBe(-1);
}

/** Bytes that differ by place, so that a shifted range shows. */
function bytesOf(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 0xff);
}

/** Works with a file of these bytes, which is gone afterwards. */
async function withFile<Result>(bytes: Uint8Array, work: (file: Blob) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "safelight-contract-"));
  try {
    const path = join(folder, "body");
    await writeFile(path, bytes);
    return await work(await openAsBlob(path));
  } finally {
    await rm(folder, { recursive: true });
  }
}
