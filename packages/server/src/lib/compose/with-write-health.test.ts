import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { fakeClock } from "../../../testing/fakes/fake-clock.js";
import { putBytes } from "../../../testing/put-bytes.js";
import { openSmallVolume } from "../../../testing/volumes/small-volume.js";
import { sha256Hex } from "../bytes/sha256-hex.js";
import type { Storage } from "../ports/storage.js";
import { withinTime } from "../process/within-time.js";
import { fileStorage } from "../storage/file-storage.js";
import { memoryStorage } from "../storage/memory-storage.js";
import { withWriteHealth } from "./with-write-health.js";

const bytes = new Uint8Array(100);

/** A storage that counts writes, and rejects them as the test decides. */
function counted(inner: Storage) {
  const state = { puts: 0, isBroken: false };
  const put: Storage["put"] = async (...args) => {
    state.puts += 1;
    if (state.isBroken) throw new Error("AccessDenied");
    await inner.put(...args);
  };
  return { state, storage: { ...inner, put } };
}

it("passes the hash of the object that it writes", async () => {
  const { storage } = counted({ ...memoryStorage(), ping: async () => {} });
  let isEqual = false;
  const put: Storage["put"] = async (_key, body, { sha256 }) => {
    isEqual = sha256 === (await sha256Hex(new Uint8Array(await body.arrayBuffer())));
  };
  await withWriteHealth({ ...storage, put }, () => 0).ping();
  expect(isEqual).toBe(true);
});

describe("the health of a storage with a ping", () => {
  const setUp = () => {
    let time = 0;
    const { state, storage } = counted({ ...memoryStorage(), ping: async () => {} });
    return { state, storage: withWriteHealth(storage, () => time), skip: (ms: number) => (time += ms) };
  };

  it("writes and deletes one object a minute, and none while other writes succeed", async () => {
    const { skip, state, storage } = setUp();
    await storage.ping();
    await storage.ping();
    expect(state.puts).toBe(1);
    skip(30_000);
    await putBytes(storage, "r4nd/0", bytes);
    skip(59_000);
    await storage.ping();
    expect(state.puts).toBe(2);
    skip(1_000);
    await storage.ping();
    expect(state.puts).toBe(3);
    const keys: string[] = [];
    for await (const { key } of storage.list?.() ?? []) keys.push(key);
    expect(keys).toEqual(["r4nd/0"]);
  });

  it("tries a write for each concurrent check until the first one has ended, and then one for all", async () => {
    const { skip, state, storage } = setUp();
    state.isBroken = true;
    const refused = { status: "rejected", reason: new Error("AccessDenied") };
    expect(await Promise.allSettled([storage.ping(), storage.ping()])).toEqual([refused, refused]);
    state.isBroken = false;
    skip(1_000);
    await Promise.allSettled([storage.ping(), storage.ping()]);
    expect(state.puts).toBe(3);
    skip(60_000);
    await Promise.all([storage.ping(), storage.ping()]);
    expect(state.puts).toBe(4);
  });

  it("writes before each paid request, and rejects once the storage has begun to refuse writes", async () => {
    const { state, storage } = setUp();
    await putBytes(storage, "r4nd/0", bytes);
    await storage.checkWrites();
    await storage.checkWrites();
    expect(state.puts).toBe(3);
    state.isBroken = true;
    for (let count = 0; count < 3; count += 1) await expect(storage.checkWrites()).rejects.toThrow("AccessDenied");
    expect(state.puts).toBe(4);
  });

  it("begins no other trial while one hangs, and rejects after ten seconds of it", async () => {
    const { state, storage: inner } = counted({ ...memoryStorage(), ping: async () => {} });
    let time = 0;
    let isFrozen = true;
    const put: Storage["put"] = async (...args) => {
      await inner.put(...args);
      if (isFrozen) await new Promise<never>(() => {});
    };
    const storage = withWriteHealth({ ...inner, put }, () => time);
    const pings: string[] = [];
    for (; time < 60_000; time += 2_000) {
      const ping = storage.ping().then(
        () => "accepted",
        ({ message }: Error) => message,
      );
      pings.push(await Promise.race([ping, setImmediate("hangs")]));
    }
    // Until then, those before the first result.
    expect(state.puts).toBe(5);
    expect(new Set(pings.slice(0, 5))).toEqual(new Set(["hangs"]));
    expect(new Set(pings.slice(5))).toEqual(new Set(["A trial of the storage has no result yet."]));
    isFrozen = false;
    time += 600_000;
    await storage.ping();
  });

  it("rejects while writes fail, tries at most once a second, and resolves once a write succeeds", async () => {
    const { skip, state, storage } = setUp();
    state.isBroken = true;
    for (let count = 0; count < 3; count += 1) await expect(storage.ping()).rejects.toThrow("AccessDenied");
    expect(state.puts).toBe(1);
    state.isBroken = false;
    await expect(storage.ping()).rejects.toThrow("AccessDenied");
    skip(1_000);
    await storage.ping();
    expect(state.puts).toBe(2);
  });
});

describe("the health of a storage without a ping", () => {
  it("writes only after a failed put, at most twice a minute", async () => {
    let time = 0;
    const { state, storage: inner } = counted(memoryStorage());
    const storage = withWriteHealth(inner, () => time);
    await storage.ping();
    await storage.checkWrites();
    expect(state.puts).toBe(0);
    state.isBroken = true;
    await expect(putBytes(storage, "r4nd/0", bytes)).rejects.toThrow();
    for (let seconds = 0; seconds < 60; seconds += 1, time += 1_000) {
      await expect(storage.ping()).rejects.toThrow("AccessDenied");
    }
    expect(state.puts).toBe(3);
    state.isBroken = false;
    await storage.ping();
    expect(state.puts).toBe(4);
  });

  it("trusts the storage again if only one object could not be stored", async () => {
    const { state, storage: inner } = counted(memoryStorage());
    const storage = withWriteHealth(inner, () => 0);
    state.isBroken = true;
    await expect(putBytes(storage, "r4nd/0", bytes)).rejects.toThrow();
    state.isBroken = false;
    await storage.ping();
    await storage.ping();
    expect(state.puts).toBe(2);
  });

  it("stays healthy if only large objects are refused, also those of trials", async () => {
    const memory = memoryStorage();
    const sizes: number[] = [];
    const put: Storage["put"] = async (...args) => {
      sizes.push(args[1].size);
      if (args[1].size > 1_000_000) throw new Error("413 Content Too Large");
      await memory.put(...args);
    };
    const storage = withWriteHealth({ ...memory, put }, () => 0);
    await expect(putBytes(storage, "r4nd/0", new Uint8Array(2_000_000))).rejects.toThrow();
    await storage.ping();
    await expect(storage.tryWrite(2_000_000)).rejects.toThrow("413");
    await storage.checkWrites();
    expect(sizes).toEqual([2_000_000, 65_536, 2_000_000]);
  });

  it("rejects after a failed put while the trial has no result", async () => {
    const { storage: inner } = counted(memoryStorage());
    let hangs = false;
    const put: Storage["put"] = (...args) => {
      if (hangs) return new Promise<never>(() => {});
      hangs = true;
      return Promise.reject(new Error(`AccessDenied ${args[0]}`));
    };
    const storage = withWriteHealth({ ...inner, put }, () => 0);
    await expect(putBytes(storage, "r4nd/0", bytes)).rejects.toThrow();
    void storage.ping().catch(() => {});
    await Promise.resolve();
    await expect(storage.checkWrites()).rejects.toThrow("has no result yet");
  });

  it("counts a put that its time limit aborted", async () => {
    const { state, storage: inner } = counted(memoryStorage());
    let hangs = true;
    const put: Storage["put"] = (...args) => (hangs ? new Promise<never>(() => {}) : inner.put(...args));
    const storage = withWriteHealth({ ...inner, put }, () => 0);
    const clock = fakeClock();
    const stored = withinTime({ clock, limitMs: 1_000, what: "Storing" }, (signal) =>
      storage.put("r4nd/0", new Blob([bytes]), { contentType: "", sha256: "", signal }),
    );
    const ended = expect(stored).rejects.toThrow("timed out");
    await clock.advance(1_000);
    await ended;
    hangs = false;
    await storage.checkWrites();
    expect(state.puts).toBe(1);
  });

  it("does not count a put that its caller aborted", async () => {
    const { state, storage: inner } = counted(memoryStorage());
    const storage = withWriteHealth(inner, () => 0);
    const put = storage.put("r4nd/0", new Blob([bytes]), { contentType: "", sha256: "", signal: AbortSignal.abort() });
    await expect(put).rejects.toThrow();
    await storage.ping();
    expect(state.puts).toBe(1);
  });
});

it.for(["read-only", "full"])("rejects while the volume of fileStorage is %s", async (fault, { skip }) => {
  const volume = (await openSmallVolume()) ?? skip("Mounts are not permitted here.");
  onTestFinished(() => volume.close());
  let time = 0;
  const storage = withWriteHealth(fileStorage(join(volume.folder, "media")), () => time);
  await putBytes(storage, "r4nd/0", bytes);
  await storage.ping();
  if (fault === "full") await volume.fill(8_192);
  else await volume.makeReadOnly();
  time += 60_000;
  await expect(storage.ping()).rejects.toThrow(fault === "full" ? "ENOSPC" : "EROFS");
  await volume.free();
  time += 1_000;
  await storage.ping();
});
