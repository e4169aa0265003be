import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ByteRange, Storage } from "../ports/storage.js";

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

    it("has a short name", () => {
      expect(storage.id).toMatch(/^[a-z0-9-]{1,32}$/);
    });

    it("gives back what was put", async () => {
      await storage.put("r4nd/0-abc.png", bytesOf(1_000), png);
      expect(await read("r4nd/0-abc.png")).toEqual(bytesOf(1_000));
      expect((await storage.get("r4nd/0-abc.png"))?.byteLength).toBe(1_000);
    });

    it("keeps an empty object apart from none", async () => {
      await storage.put("r4nd/empty", new Uint8Array(), png);
      expect(await read("r4nd/empty")).toEqual(new Uint8Array());
      expect((await storage.get("r4nd/empty"))?.byteLength).toBe(0);
    });

    it("gives back a large object whole", async () => {
      const large = bytesOf(3 * 1024 * 1024 + 7);
      await storage.put("r4nd/large", large, png);
      expectSameBytes(await read("r4nd/large"), large);
    });

    it.each([
      { start: 0, end: 0 },
      { start: 0, end: 999 },
      { start: 7, end: 42 },
      { start: 999, end: 999 },
    ])("reads bytes $start to $end, both included, and tells the whole length", async (range) => {
      await storage.put("r4nd/part", bytesOf(1_000), png);
      expect(await read("r4nd/part", range)).toEqual(bytesOf(1_000).slice(range.start, range.end + 1));
      expect((await storage.get("r4nd/part", range))?.byteLength).toBe(1_000);
    });

    it("reads a range across the inner chunks of a large object", async () => {
      const large = bytesOf(500_000);
      await storage.put("r4nd/large", large, png);
      expectSameBytes(await read("r4nd/large", { start: 60_001, end: 400_002 }), large.slice(60_001, 400_003));
    });

    it("answers null for what is not there", async () => {
      expect(await storage.get("r4nd/nothing")).toBeNull();
      expect(await storage.get("r4nd/nothing", { start: 0, end: 1 })).toBeNull();
    });

    it("takes the same object again", async () => {
      await storage.put("r4nd/twice", bytesOf(100), png);
      await storage.put("r4nd/twice", bytesOf(100), png);
      expect(await read("r4nd/twice")).toEqual(bytesOf(100));
    });

    it("takes the same object from several hands at once", async () => {
      await Promise.all(Array.from({ length: 8 }, () => storage.put("r4nd/crowd", bytesOf(70_000), png)));
      expect(await read("r4nd/crowd")).toEqual(bytesOf(70_000));
    });

    it("keeps its own copy of the bytes", async () => {
      const body = bytesOf(64);
      await storage.put("r4nd/own", body, png);
      body.fill(0);
      expect(await read("r4nd/own")).toEqual(bytesOf(64));
    });

    it("stores the bytes of a view and not those around it", async () => {
      await storage.put("r4nd/view", bytesOf(100).subarray(10, 20), png);
      expect(await read("r4nd/view")).toEqual(bytesOf(100).slice(10, 20));
    });

    it("deletes one object and leaves its neighbors", async () => {
      await storage.put("r4nd/0", bytesOf(10), png);
      await storage.put("r4nd/1", bytesOf(20), png);
      await storage.delete("r4nd/0");
      expect(await storage.get("r4nd/0")).toBeNull();
      expect(await read("r4nd/1")).toEqual(bytesOf(20));
    });

    it("takes a delete of what is not there, and a put after a delete", async () => {
      await storage.delete("r4nd/never");
      await storage.put("r4nd/again", bytesOf(10), png);
      await storage.delete("r4nd/again");
      await storage.delete("r4nd/again");
      await storage.put("r4nd/again", bytesOf(10), png);
      expect(await read("r4nd/again")).toEqual(bytesOf(10));
    });

    it("removes everything under a prefix, and nothing else", async () => {
      const kept = ["r4nd2/0", "r4n/0", "other/r4nd"];
      for (const key of ["r4nd/0", "r4nd/1-abc.png", "r4nd/preview", ...kept]) await storage.put(key, bytesOf(10), png);
      await storage.deleteAll("r4nd");
      for (const key of ["r4nd/0", "r4nd/1-abc.png", "r4nd/preview"]) expect(await read(key)).toBeNull();
      for (const key of kept) expect(await read(key)).toEqual(bytesOf(10));
    });

    it("removes everything under a prefix again, and takes puts under it afterwards", async () => {
      await storage.deleteAll("r4nd");
      await storage.put("r4nd/0", bytesOf(10), png);
      await storage.deleteAll("r4nd");
      await storage.deleteAll("r4nd");
      await storage.put("r4nd/0", bytesOf(20), png);
      expect(await read("r4nd/0")).toEqual(bytesOf(20));
    });

    it.each(["", ".", "..", "/", "a/b", "../x", "a/", "*", "a\\b", "a\0", "~incoming"])(
      "refuses the prefix %j and removes nothing",
      async (prefix) => {
        await storage.put("a/b", bytesOf(1), png);
        await expect(storage.deleteAll(prefix)).rejects.toThrow();
        expect(await read("a/b")).toEqual(bytesOf(1));
      },
    );

    it("survives puts and deletes beside each other under one prefix", async () => {
      const rounds = Array.from({ length: 20 }, (_, index) => `r4nd/${index}`);
      await Promise.all(
        rounds.map(async (key, index) => {
          await storage.put(key, bytesOf(50), png);
          if (index % 2 === 0) await storage.delete(key);
        }),
      );
      const left = await Promise.all(rounds.map((key) => read(key)));
      expect(left.map((bytes) => bytes?.byteLength ?? 0)).toEqual(rounds.map((_, index) => (index % 2 === 0 ? 0 : 50)));
    });

    it("lets a reader leave in the middle", async () => {
      await storage.put("r4nd/left", bytesOf(1024 * 1024), png);
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
      await expect(storage.put(key, bytesOf(1), png)).rejects.toThrow();
      await expect(storage.get(key)).rejects.toThrow();
      await expect(storage.delete(key)).rejects.toThrow();
    });

    it("signs URLs that can be read without it, or none", async () => {
      if (storage.signedUrl === undefined) return;
      await storage.put("r4nd/signed", bytesOf(100), png);
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
function bytesOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 0xff);
}
