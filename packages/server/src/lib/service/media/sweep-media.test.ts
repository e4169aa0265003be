import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { putBytes } from "../../../../testing/put-bytes.js";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import type { ListedObject, Storage } from "../../ports/storage.js";
import type { Store } from "../../ports/store/store.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";
import { isMediaKey } from "./is-media-key.js";
import { sweepMedia } from "./sweep-media.js";

const dayMs = 86_400_000;
const now = Date.UTC(2026, 10, 20);
const hash = "a".repeat(64);
const used = `${"0".repeat(32)}/0-${hash}`;
const orphan = `${"1".repeat(32)}/0-${hash}`;

describe("sweepMedia", () => {
  let folder: string;
  let store: Store;

  beforeEach(async () => {
    folder = await tempFolder("sweep");
    store = libsqlStore({ url: `file:${join(folder, "test.db")}` });
    await store.migrate();
    await new Scenario(store).accepted({ storagePrefix: "0".repeat(32) });
  });

  afterEach(async () => {
    await store.close();
  });

  /** A storage in memory whose objects have the given ages in days. */
  async function storageOf(ages: Readonly<Record<string, number>>): Promise<Storage> {
    const storage = memoryStorage();
    for (const key of Object.keys(ages).filter(isStorable)) await putBytes(storage, key, new Uint8Array(10));
    async function* list(): AsyncGenerator<ListedObject> {
      for (const [key, days] of Object.entries(ages)) {
        if (isStorable(key) && (await storage.get(key)) === null) continue;
        yield { key, byteLength: 10, storedAt: now - days * dayMs };
      }
    }
    return { ...storage, list };
  }
  const isStorable = (key: string): boolean => /^[^/]+\/[^/]+$/.test(key);
  const keysIn = async (storage: Storage): Promise<readonly string[]> => {
    const keys: string[] = [];
    for await (const { key } of storage.list?.() ?? []) keys.push(key);
    return keys;
  };

  it("removes and reports the objects that no row refers to", async () => {
    const storage = await storageOf({ [used]: 30, [orphan]: 30 });
    expect(await sweepMedia({ storage, store, now })).toEqual({
      inUse: 1,
      recent: 0,
      foreign: 0,
      orphans: [{ key: orphan, byteLength: 10, storedAt: now - 30 * dayMs }],
      removed: 1,
    });
    expect(await keysIn(storage)).toEqual([used]);
    expect(await sweepMedia({ storage, store, now })).toMatchObject({ inUse: 1, orphans: [], removed: 0 });
  });

  it("lists the orphans of a dry run, and removes none", async () => {
    const storage = await storageOf({ [used]: 30, [orphan]: 30 });
    const report = await sweepMedia({ storage, store, now }, { dryRun: true });
    expect(report).toMatchObject({ orphans: [{ key: orphan }], removed: 0 });
    expect(await keysIn(storage)).toEqual([used, orphan]);
  });

  it("keeps an orphan for the grace, a week by default and at least a day", async () => {
    const storage = await storageOf({ [used]: 30, [orphan]: 7 });
    expect(await sweepMedia({ storage, store, now })).toMatchObject({ recent: 1, orphans: [], removed: 0 });
    expect(await sweepMedia({ storage, store, now: now + 1 })).toMatchObject({ recent: 0, removed: 1 });
    for (const graceMs of [dayMs - 1, 0, -1, Number.NaN]) {
      await expect(sweepMedia({ storage, store, now }, { graceMs })).rejects.toThrow(RangeError);
    }
    const young = await storageOf({ [used]: 30, [orphan]: 1.5 });
    expect(await sweepMedia({ storage: young, store, now }, { graceMs: dayMs })).toMatchObject({ removed: 1 });
  });

  it("never removes an object whose name is not one of Safelight's, or whose time is unknown", async () => {
    const foreign = [
      "notes.txt",
      "r4nd/0",
      `${"1".repeat(32)}/notes.txt`,
      `${"1".repeat(32)}/deeper/0-${hash}`,
      `app/${orphan}`,
      `${orphan}.bak`,
      `${"1".repeat(32)}/0-${"a".repeat(63)}`,
      `${"A".repeat(32)}/0-${hash}`,
    ];
    const ages = Object.fromEntries(foreign.map((key) => [key, 1_000]));
    const storage = await storageOf({ [used]: 30, ...ages, [orphan]: Number.NaN });
    expect(await sweepMedia({ storage, store, now })).toEqual({
      inUse: 1,
      recent: 1,
      foreign: foreign.length,
      orphans: [],
      removed: 0,
    });
  });

  it("removes nothing where no row refers to any object: the database or the storage is the wrong one", async () => {
    const storage = await storageOf({ [orphan]: 30 });
    await expect(sweepMedia({ storage, store, now })).rejects.toThrow(
      'No row refers to any of the 1 objects of the storage "memory", so none was removed',
    );
    expect(await keysIn(storage)).toEqual([orphan]);
    expect(await sweepMedia({ storage, store, now }, { dryRun: true })).toMatchObject({ orphans: [{ key: orphan }] });
    expect(await sweepMedia({ storage: memoryStorage(), store, now })).toMatchObject({ inUse: 0, removed: 0 });
  });

  it("reads the rows after the listing, and again before it removes", async () => {
    const storage = await storageOf({ [used]: 30, [orphan]: 30 });
    let reads = 0;
    const findKeysInUse: Store["findKeysInUse"] = async (keys) => {
      reads += 1;
      // A newer backup of the database was restored between the two reads.
      if (reads === 2) await new Scenario(store).accepted({ id: newId, ownerId: "bob", storagePrefix: "1".repeat(32) });
      return store.findKeysInUse(keys);
    };
    const newId = "gen_00000000-0000-7000-9000-000000000001";
    expect(await sweepMedia({ storage, store: { findKeysInUse }, now })).toMatchObject({ removed: 0 });
    expect(await keysIn(storage)).toEqual([used, orphan]);
  });

  it("refuses a storage without a listing, and a misspelled option", async () => {
    const { list: _, ...storage } = memoryStorage();
    await expect(sweepMedia({ storage, store, now })).rejects.toThrow('The storage "memory" cannot be listed');
    const misspelled = { dryrun: true } as object;
    await expect(sweepMedia({ storage, store, now }, misspelled)).rejects.toThrow('Unknown option "dryrun" in sweep');
  });

  it("removes nothing when the listing fails in the middle", async () => {
    const storage = await storageOf({ [used]: 30, [orphan]: 30 });
    const all = storage.list ?? (() => []);
    async function* list(): AsyncGenerator<ListedObject> {
      yield* all();
      throw new Error("503 SlowDown");
    }
    await expect(sweepMedia({ storage: { ...storage, list }, store, now })).rejects.toThrow("503 SlowDown");
    expect(await keysIn(storage)).toEqual([used, orphan]);
  });

  it("sweeps more objects than one read of the rows takes", async () => {
    const key = (index: number): string => `${index.toString(16).padStart(32, "0")}/0-${hash}`;
    const keys = Array.from({ length: 25_000 }, (_, index) => key(index));
    const gone = new Set<string>();
    async function* list(): AsyncGenerator<ListedObject> {
      for (const each of keys) yield { key: each, byteLength: 1, storedAt: 0 };
    }
    const storage: Storage = { ...memoryStorage(), list, delete: async (each) => void gone.add(each) };
    expect(await sweepMedia({ storage, store, now })).toMatchObject({ inUse: 1, removed: 24_999 });
    expect([gone.size, gone.has(key(0))]).toEqual([24_999, false]);
  });
});

describe("isMediaKey", () => {
  it.each([
    `${"0".repeat(32)}/12-${hash}`,
    `${"0".repeat(32)}/0-thumb-${"b".repeat(16)}`,
    `${"0".repeat(32)}/preview-3-${"b".repeat(16)}`,
    `${"0".repeat(32)}/preview-3-12-${"b".repeat(16)}`,
  ])("recognizes %s", (key) => {
    expect(isMediaKey(key)).toBe(true);
  });
});
