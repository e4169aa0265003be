import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/lib/bytes/sha256-hex.js";
import type { ByteRange, ListedObject, Storage } from "../../src/lib/ports/storage.js";
import { putBytes } from "../put-bytes.js";
import { withFile } from "./with-file.js";

/** A storage under test. */
export interface StorageSubject {
  readonly storage: Storage;
  /** Removes the subject's files and servers. Called after each test. */
  close?(): Promise<void>;
}

/**
 * Registers the contract tests for a storage with vitest. Call it in the adapter's test file.
 *
 * @param name name of the storage in the test report.
 * @param create creates an empty storage. Called before each test.
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
      const found = await storage.get(key, range && { range });
      return found === null ? null : new Uint8Array(await new Response(found.body).arrayBuffer());
    };

    const put = (key: string, bytes: Uint8Array): Promise<void> => putBytes(storage, key, bytes);

    it("has a short name", () => {
      expect(storage.id).toMatch(/^[a-z0-9-]{1,32}$/);
    });

    it("returns the stored bytes", async () => {
      await put("r4nd/0-abc.png", bytesOf(1_000));
      expect(await read("r4nd/0-abc.png")).toEqual(bytesOf(1_000));
      expect((await storage.get("r4nd/0-abc.png"))?.byteLength).toBe(1_000);
    });

    it("distinguishes an empty object from a missing one", async () => {
      await put("r4nd/empty", new Uint8Array());
      expect(await read("r4nd/empty")).toEqual(new Uint8Array());
      expect((await storage.get("r4nd/empty"))?.byteLength).toBe(0);
    });

    it("returns a large object completely", async () => {
      const large = bytesOf(3 * 1024 * 1024 + 7);
      await put("r4nd/large", large);
      expectSameBytes(await read("r4nd/large"), large);
    });

    it.each([
      { start: 0, end: 0 },
      { start: 0, end: 999 },
      { start: 7, end: 42 },
      { start: 999, end: 999 },
    ])("reads bytes $start to $end, both included, and returns the total length", async (range) => {
      await put("r4nd/part", bytesOf(1_000));
      expect(await read("r4nd/part", range)).toEqual(bytesOf(1_000).slice(range.start, range.end + 1));
      expect((await storage.get("r4nd/part", { range }))?.byteLength).toBe(1_000);
    });

    it("reads a range that spans several chunks of a large object", async () => {
      const large = bytesOf(500_000);
      await put("r4nd/large", large);
      expectSameBytes(await read("r4nd/large", { start: 60_001, end: 400_002 }), large.slice(60_001, 400_003));
    });

    it("returns null for a missing object", async () => {
      expect(await storage.get("r4nd/nothing")).toBeNull();
      expect(await storage.get("r4nd/nothing", { range: { start: 0, end: 1 } })).toBeNull();
    });

    it("accepts the same object twice", async () => {
      await put("r4nd/twice", bytesOf(100));
      await put("r4nd/twice", bytesOf(100));
      expect(await read("r4nd/twice")).toEqual(bytesOf(100));
    });

    it("accepts concurrent puts of the same object", async () => {
      await Promise.all(Array.from({ length: 8 }, () => put("r4nd/crowd", bytesOf(70_000))));
      expectSameBytes(await read("r4nd/crowd"), bytesOf(70_000));
    });

    it("stores only the bytes of a slice", async () => {
      const body = new Blob([bytesOf(100)]).slice(10, 20);
      await storage.put("r4nd/slice", body, { ...png, sha256: await sha256Hex(bytesOf(100).slice(10, 20)) });
      expect(await read("r4nd/slice")).toEqual(bytesOf(100).slice(10, 20));
    });

    it("stores a file of several megabytes that may be deleted afterwards", async () => {
      const bytes = bytesOf(5 * 1024 * 1024 + 7);
      await withFile(bytes, async (file) => {
        await storage.put("r4nd/file", file, { ...png, sha256: await sha256Hex(bytes) });
      });
      expectSameBytes(await read("r4nd/file"), bytes);
    });

    it("stores nothing of a body whose read fails, and accepts the complete body afterwards", async ({ skip }) => {
      const bytes = bytesOf(4 * 1024 * 1024);
      const options = { ...png, sha256: await sha256Hex(bytes) };
      const half = bytes.byteLength / 2;
      const broken = await withFile(bytes.slice(half), async (file) => new Blob([bytes.slice(0, half), file]));
      if ((await broken.arrayBuffer().catch(() => null)) !== null)
        skip("This runtime holds the bytes of a file in memory, so no read fails.");
      await expect(storage.put("r4nd/broken", broken, options)).rejects.toThrow();
      expect(await storage.get("r4nd/broken")).toBeNull();
      await put("r4nd/broken", bytes);
      expectSameBytes(await read("r4nd/broken"), bytes);
    });

    it("stores nothing for a signal that is already aborted", async () => {
      const bytes = bytesOf(100);
      const signal = AbortSignal.abort(new Error("Aborted by the test."));
      const options = { ...png, sha256: await sha256Hex(bytes), signal };
      await expect(storage.put("r4nd/unwanted", new Blob([bytes]), options)).rejects.toThrow("Aborted by the test.");
      expect(await storage.get("r4nd/unwanted")).toBeNull();
    });

    it("reads nothing for a signal that is already aborted", async () => {
      await put("r4nd/late", bytesOf(100));
      const signal = AbortSignal.abort(new Error("Aborted by the test."));
      await expect(storage.get("r4nd/late", { signal })).rejects.toThrow("Aborted by the test.");
    });

    it("rejects when the signal aborts during a put, even if the file is gone, and accepts the object afterwards", async () => {
      const bytes = bytesOf(4 * 1024 * 1024);
      const controller = new AbortController();
      const options = { ...png, sha256: await sha256Hex(bytes), signal: controller.signal };
      const putting = await withFile(bytes, async (file) => {
        const refused = expect(storage.put("r4nd/left", file, options)).rejects.toThrow("Aborted by the test.");
        controller.abort(new Error("Aborted by the test."));
        return { refused };
      });
      await putting.refused;
      const stored = await read("r4nd/left");
      if (stored !== null) expectSameBytes(stored, bytes);
      await put("r4nd/left", bytes);
      expectSameBytes(await read("r4nd/left"), bytes);
    });

    it("deletes one object and keeps its neighbors", async () => {
      await put("r4nd/0", bytesOf(10));
      await put("r4nd/1", bytesOf(20));
      await storage.delete("r4nd/0");
      expect(await storage.get("r4nd/0")).toBeNull();
      expect(await read("r4nd/1")).toEqual(bytesOf(20));
    });

    it("accepts a delete of a missing object, and a put after a delete", async () => {
      await storage.delete("r4nd/never");
      await put("r4nd/again", bytesOf(10));
      await storage.delete("r4nd/again");
      await storage.delete("r4nd/again");
      await put("r4nd/again", bytesOf(10));
      expect(await read("r4nd/again")).toEqual(bytesOf(10));
    });

    it("deletes all objects under a prefix, and no others", async () => {
      const kept = ["r4nd2/0", "r4n/0", "other/r4nd"];
      for (const key of ["r4nd/0", "r4nd/1-abc.png", "r4nd/preview", ...kept]) await put(key, bytesOf(10));
      await storage.deleteAll("r4nd");
      for (const key of ["r4nd/0", "r4nd/1-abc.png", "r4nd/preview"]) expect(await read(key)).toBeNull();
      for (const key of kept) expect(await read(key)).toEqual(bytesOf(10));
    });

    it("accepts repeated deletes of a prefix, and puts under it afterwards", async () => {
      await storage.deleteAll("r4nd");
      await put("r4nd/0", bytesOf(10));
      await storage.deleteAll("r4nd");
      await storage.deleteAll("r4nd");
      await put("r4nd/0", bytesOf(20));
      expect(await read("r4nd/0")).toEqual(bytesOf(20));
    });

    it.each(["", ".", "..", "/", "a/b", "../x", "a/", "*", "a\\b", "a\0", "~incoming"])(
      "rejects the prefix %j and deletes nothing",
      async (prefix) => {
        await put("a/b", bytesOf(1));
        await expect(storage.deleteAll(prefix)).rejects.toThrow();
        expect(await read("a/b")).toEqual(bytesOf(1));
      },
    );

    it("handles concurrent puts and deletes under one prefix", async () => {
      const keys = Array.from({ length: 20 }, (_, index) => `r4nd/${index}`);
      await Promise.all(
        keys.map(async (key, index) => {
          await put(key, bytesOf(50));
          if (index % 2 === 0) await storage.delete(key);
        }),
      );
      const left = await Promise.all(keys.map((key) => read(key)));
      expect(left.map((bytes) => bytes?.byteLength ?? 0)).toEqual(keys.map((_, index) => (index % 2 === 0 ? 0 : 50)));
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

    it("keeps the object when a reader cancels in the middle", async () => {
      await put("r4nd/left", bytesOf(1024 * 1024));
      const reader = (await storage.get("r4nd/left"))?.body.getReader();
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
    ])("rejects the key %j", async (key) => {
      await expect(put(key, bytesOf(1))).rejects.toThrow();
      await expect(storage.get(key)).rejects.toThrow();
      await expect(storage.delete(key)).rejects.toThrow();
    });

    it("signs URLs that need no credentials, or has no signed URLs", async () => {
      await put("r4nd/signed", bytesOf(100));
      const url = await storage.signedUrl?.("r4nd/signed", { expiresAt: Date.now() + 60_000 });
      if (typeof url !== "string") return;
      const response = await fetch(url);
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytesOf(100));
      expect(response.headers.get("content-type")).toBe(png.contentType);
    });
  });
}

const png = { contentType: "image/png" };

/** Like `toEqual`, which needs a second for a megabyte. */
function expectSameBytes(actual: Uint8Array | null, expected: Uint8Array): void {
  expect(actual?.byteLength).toBe(expected.byteLength);
  expect(Buffer.compare(actual ?? new Uint8Array(), expected)).toBe(0);
}

/** Bytes that depend on their position, so that a shifted range is detected. */
function bytesOf(length: number): Uint8Array<ArrayBuffer> {
  // `Uint8Array.from` takes four times as long.
  return new Uint8Array(length).map((_, index) => (index * 31 + (index >> 8)) & 0xff);
}
