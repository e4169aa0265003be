import { mkdir, readdir, readlink, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { platform } from "node:process";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { ReadBlob } from "../../../testing/fakes/read-blob.js";
import { putBytes } from "../../../testing/put-bytes.js";
import { runStorageContract } from "../../../testing/storage-contract/storage-contract.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import { sha256Hex } from "../bytes/sha256-hex.js";
import type { ListedObject, Storage } from "../ports/storage.js";
import { fileStorage } from "./file-storage.js";

runStorageContract("fileStorage", async () => {
  return { storage: fileStorage(await tempFolder("files")) };
});

async function openFiles(folder: string): Promise<number> {
  const descriptors = await readdir("/proc/self/fd");
  // The descriptor of the listing itself is closed by now.
  const paths = await Promise.all(descriptors.map((each) => readlink(`/proc/self/fd/${each}`).catch(() => "")));
  return paths.filter((path) => path.startsWith(folder)).length;
}

describe("fileStorage", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await tempFolder("files");
  });

  it("stores again after another program has removed the folder of unfinished files", async () => {
    const storage = fileStorage(folder);
    await put("r4nd/0", storage);
    await rm(join(folder, "~incoming"), { recursive: true });
    await put("r4nd/1", storage);
    expect(await files()).toEqual(["0", "1"]);
  });

  /** Names of all files except the one that identifies the folder. */
  const files = async (): Promise<string[]> => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const isObject = (entry: (typeof entries)[number]) => entry.isFile() && !entry.parentPath.endsWith("~identity");
    return entries.filter(isObject).map((entry) => entry.name);
  };
  const put = (key: string, storage = fileStorage(folder)): Promise<void> =>
    putBytes(storage, key, new Uint8Array(100));

  it("frees each chunk of a body once it is written", async () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
    const body = new ReadBlob([bytes]);
    const storage = fileStorage(folder);
    await storage.put("r4nd/0", body, { contentType: "video/mp4", sha256: await sha256Hex(bytes) });
    expect(body.chunks.length).toBeGreaterThan(0);
    expect(body.chunks.map(({ byteLength }) => byteLength)).toEqual(body.chunks.map(() => 0));
    const stored = await storage.get("r4nd/0");
    expect(await new Response(stored?.body).bytes()).toEqual(bytes);
  });

  const listed = async (storage: Storage): Promise<readonly ListedObject[]> => {
    const objects: ListedObject[] = [];
    for await (const object of storage.list?.() ?? []) objects.push(object);
    return objects.toSorted((one, other) => (one.key < other.key ? -1 : 1));
  };

  it("creates the folder, also a nested one", async () => {
    await put("r4nd/0", fileStorage(join(folder, "deep", "down")));
    expect(await files()).toEqual(["0"]);
  });

  it.skipIf(platform === "win32").each([
    [undefined, "600", "700"],
    [0o640, "640", "750"],
  ])("creates files for their user only, or with another mode: %s", async (mode, fileMode, folderMode) => {
    const root = join(folder, "media");
    await put("r4nd/0", fileStorage(root, mode === undefined ? {} : { mode }));
    const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    expect(await modeOf(join(root, "r4nd", "0"))).toBe(fileMode);
    for (const each of [root, join(root, "r4nd"), join(root, "~incoming")]) expect(await modeOf(each)).toBe(folderMode);
  });

  it.each([0, 0o400, 0o200, 0o1600, 0o600 + 0.5, Number.NaN, -1])("refuses the mode %s", (mode) => {
    expect(() => fileStorage(folder, { mode })).toThrow(RangeError);
  });

  // Only Linux lists the open files of a process.
  it.skipIf(platform !== "linux")("closes the file of a paused stream, and continues at the next read", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const storage = fileStorage(folder);
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
    await putBytes(storage, "r4nd/0", bytes);
    const reader = (await storage.get("r4nd/0"))?.body.getReader();
    const { value: first } = (await reader?.read()) ?? {};
    expect(await openFiles(folder)).toBe(1);
    vi.advanceTimersByTime(10_000);
    await expect.poll(() => openFiles(folder)).toBe(0);
    const { value: rest } = (await reader?.read()) ?? {};
    expect(Buffer.concat([first ?? bytes, rest ?? bytes])).toEqual(Buffer.from(bytes));
    expect(await openFiles(folder)).toBe(0);
  });

  it.skipIf(platform !== "linux")(
    "keeps at most 64 files open for 200 slow readers, and all get their bytes",
    async () => {
      const storage = fileStorage(folder);
      const bytes = Uint8Array.from({ length: 200_000 }, (_, index) => index % 251);
      await putBytes(storage, "r4nd/0", bytes);
      const readers = await Promise.all(
        Array.from({ length: 200 }, async () => (await storage.get("r4nd/0"))?.body.getReader()),
      );
      const received = readers.map((): Uint8Array[] => []);
      for (let chunk = 0; chunk < 5; chunk += 1) {
        await Promise.all(
          readers.map(async (reader, index) => {
            const { value } = (await reader?.read()) ?? {};
            if (value !== undefined) received[index]?.push(value);
          }),
        );
        expect(await openFiles(folder)).toBeLessThanOrEqual(64);
      }
      for (const chunks of received) expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
      expect(await openFiles(folder)).toBe(0);
    },
  );

  it("reads again after reads of missing files and canceled reads", async () => {
    const storage = fileStorage(folder);
    await put("r4nd/0", storage);
    for (let count = 0; count < 65; count += 1) await (await storage.get("r4nd/0"))?.body.cancel();
    const late = await Promise.all(Array.from({ length: 65 }, () => storage.get("r4nd/0")));
    await storage.delete("r4nd/0");
    for (const object of late) await expect(object?.body.getReader().read()).rejects.toThrow("ENOENT");
    await put("r4nd/1", storage);
    expect((await (await storage.get("r4nd/1"))?.body.getReader().read())?.value).toHaveLength(100);
  });

  it("finds an object of an earlier process", async () => {
    await put("r4nd/0");
    expect((await fileStorage(folder).get("r4nd/0"))?.byteLength).toBe(100);
  });

  it("removes the unfinished file when a write fails", async () => {
    await mkdir(join(folder, "r4nd", "0", "in-the-way"), { recursive: true });
    await expect(put("r4nd/0")).rejects.toThrow();
    expect(await files()).toEqual([]);
  });

  it("stores nothing of a body that ends before its size", async () => {
    const body = Object.defineProperty(new Blob([new Uint8Array(10)]), "size", { value: 11 });
    const stored = fileStorage(folder).put("r4nd/0", body, { contentType: "image/png", sha256: "" });
    await expect(stored).rejects.toThrow("A body of 11 bytes ended at byte 10.");
    expect(await files()).toEqual([]);
  });

  it("stops reading a body when its signal aborts, and stores nothing", async () => {
    const stop = new AbortController();
    let chunks = 0;
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        pull(controller) {
          chunks += 1;
          if (chunks === 3) stop.abort(new Error("The lease is lost."));
          controller.enqueue(new Uint8Array(10));
          if (chunks === 100) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const body = Object.defineProperty(new Blob([new Uint8Array(1_000)]), "stream", { value: () => stream });
    const options = { contentType: "image/png", sha256: "", signal: stop.signal };
    await expect(fileStorage(folder).put("r4nd/0", body, options)).rejects.toThrow("The lease is lost.");
    expect(chunks).toBe(3);
    expect(await files()).toEqual([]);
  });

  it("lists files with size and time, also foreign files, without unfinished files and links", async () => {
    const storage = fileStorage(folder);
    await put("r4nd/0", storage);
    await writeFile(join(folder, "~incoming", "unfinished"), "half");
    await mkdir(join(folder, "r4nd", "deeper"));
    for (const name of ["notes.txt", join("r4nd", "deeper", "0")]) await writeFile(join(folder, name), "text");
    await symlink(folder, join(folder, "loop"), "dir");
    await symlink(join(folder, "notes.txt"), join(folder, "r4nd", "link"));
    const storedAt = Date.UTC(2026, 10, 5, 12, 30, 15);
    for (const name of ["notes.txt", "r4nd/0", "r4nd/deeper/0"]) {
      await utimes(join(folder, name), storedAt / 1_000, storedAt / 1_000);
    }
    expect(await listed(storage)).toEqual([
      { key: "notes.txt", byteLength: 4, storedAt },
      { key: "r4nd/0", byteLength: 100, storedAt },
      { key: "r4nd/deeper/0", byteLength: 4, storedAt },
    ]);
  });

  it("lists nothing before the folder is created", async () => {
    expect(await listed(fileStorage(join(folder, "later")))).toEqual([]);
  });

  it("continues a listing when files and folders are deleted during it", async () => {
    const storage = fileStorage(folder);
    const keys = Array.from({ length: 100 }, (_, index) => `r4nd${index}/0`);
    for (const key of keys) await put(key, storage);
    const listing = storage.list?.()[Symbol.asyncIterator]();
    await listing?.next();
    for (const key of keys.slice(1)) await storage.delete(key);
    for (let isDone = false; !isDone; ) isDone = (await listing?.next())?.done ?? true;
  });

  it("removes a folder with its last file", async () => {
    const storage = fileStorage(folder);
    await put("r4nd/0", storage);
    await put("r4nd/1", storage);
    await storage.delete("r4nd/0");
    expect(await readdir(folder)).toContain("r4nd");
    await storage.delete("r4nd/1");
    expect(await readdir(folder)).not.toContain("r4nd");
  });

  it("loses no file when a parallel delete removes its folder", async () => {
    const storage = fileStorage(folder);
    const putAndDelete = async (name: number): Promise<void> => {
      for (let round = 0; round < 25; round += 1) {
        await put(`r4nd/${name}`, storage);
        expect((await storage.get(`r4nd/${name}`))?.byteLength).toBe(100);
        await storage.delete(`r4nd/${name}`);
      }
    };
    await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(putAndDelete));
    expect(await files()).toEqual([]);
  });

  it("removes unfinished files of a dead process, and no file that may still be written", async () => {
    const incoming = join(folder, "~incoming");
    await mkdir(incoming);
    await writeFile(join(incoming, "dead"), "half");
    await writeFile(join(incoming, "alive"), "half");
    await utimes(join(incoming, "dead"), 1_000, 1_000);
    await utimes(join(incoming, "alive"), 5_000, 5_000);
    await put("r4nd/0", fileStorage(folder, { staleAfterMs: 3_600_000, now: () => 5_001_000 }));
    expect(await files()).toEqual(expect.arrayContaining(["alive", "0"]));
    expect(await files()).not.toContain("dead");
  });

  it("creates one identity when several processes use a folder first", async () => {
    const storages = Array.from({ length: 8 }, () => fileStorage(folder));
    await Promise.all(storages.map((storage, index) => put(`r4nd${index}/0`, storage)));
    for (const storage of storages) await storage.ping?.();
  });

  it("fails the stream of a file that is truncated during the read", async () => {
    const storage = fileStorage(folder);
    await putBytes(storage, "r4nd/0", new Uint8Array(1_000));
    const found = await storage.get("r4nd/0");
    await writeFile(join(folder, "r4nd", "0"), new Uint8Array(10));
    await expect(new Response(found?.body ?? null).arrayBuffer()).rejects.toThrow(/ended at byte 10/);
  });

  it("refuses a stale age that is shorter than a write may take", () => {
    expect(() => fileStorage(folder, { staleAfterMs: 59_999 })).toThrow(RangeError);
  });
});
