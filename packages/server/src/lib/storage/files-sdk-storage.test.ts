import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Files } from "files-sdk";
import { fs } from "files-sdk/fs";
import { memory } from "files-sdk/memory";
import { s3Fetch } from "files-sdk/s3-fetch";
import { describe, expect, it, onTestFinished } from "vitest";
import { startBucketServer } from "../../../testing/bucket/bucket-server.js";
import { putBytes } from "../../../testing/put-bytes.js";
import { runStorageContract } from "../../../testing/storage-contract.js";
import type { Storage } from "../ports/storage.js";
import { type FilesClient, filesSdkStorage } from "./files-sdk-storage.js";

runStorageContract("filesSdkStorage in memory", async () => ({
  storage: filesSdkStorage(new Files({ adapter: memory() }), { signedUrls: false }),
}));

runStorageContract("filesSdkStorage of an adapter without ranges", async () => {
  const { supportsRange: _, ...adapter } = memory();
  return { storage: filesSdkStorage(new Files({ adapter }), { signedUrls: false }) };
});

runStorageContract("filesSdkStorage in a folder", async () => {
  const root = await mkdtemp(join(tmpdir(), "safelight-files-sdk-"));
  return {
    storage: filesSdkStorage(new Files({ adapter: fs({ root }), prefix: "media" })),
    close: () => rm(root, { recursive: true }),
  };
});

runStorageContract("filesSdkStorage in a bucket", async () => {
  const server = await startBucketServer();
  const adapter = s3Fetch({ ...server.credentials, endpoint: server.endpoint, forcePathStyle: true });
  return { storage: filesSdkStorage(new Files({ adapter })), close: server.close };
});

/** A `Files` in memory with some replaced methods. */
function clientWith(methods: Partial<FilesClient>): FilesClient {
  const files = new Files({ adapter: memory() });
  return {
    capabilities: files.capabilities,
    upload: (key, body, options) => files.upload(key, body, options),
    download: (key, options) => files.download(key, options),
    head: (key) => files.head(key),
    delete: (key) => files.delete(key),
    list: (options) => files.list(options),
    url: (key, options) => files.url(key, options),
    ...methods,
  };
}

describe("filesSdkStorage", () => {
  async function inBucket(
    options: { readonly publicBaseUrl?: string; readonly now?: () => number } = {},
  ): Promise<Storage> {
    const { publicBaseUrl, now = Date.now } = options;
    const server = await startBucketServer();
    onTestFinished(server.close);
    const place = { ...server.credentials, endpoint: server.endpoint, forcePathStyle: true };
    const adapter = s3Fetch({ ...place, ...(publicBaseUrl !== undefined && { publicBaseUrl }) });
    return filesSdkStorage(new Files({ adapter }), { now });
  }

  it("signs URLs that expire, also where the adapter knows a public one", async () => {
    const storage = await inBucket({ publicBaseUrl: "https://public.example" });
    await putBytes(storage, "r4nd/0", new Uint8Array(10));
    const url = (await storage.signedUrl?.("r4nd/0", { expiresAt: Date.now() + 60_500 })) ?? "";
    expect(new URL(url).searchParams.get("X-Amz-Expires")).toBe("60");
    expect((await fetch(url)).headers.get("content-disposition")).toBe("inline");
  });

  it("has a file saved under a name", async () => {
    const storage = await inBucket();
    await putBytes(storage, "r4nd/0", new Uint8Array(10));
    const options = { expiresAt: Date.now() + 60_000, fileName: "gen_1-0.png" };
    const response = await fetch((await storage.signedUrl?.("r4nd/0", options)) ?? "");
    expect(response.headers.get("content-disposition")).toBe('attachment;filename="gen_1-0.png"');
  });

  it("signs for no longer than the adapter can, and for nothing that has passed", async () => {
    const asked: number[] = [];
    const storage = filesSdkStorage(
      clientWith({
        capabilities: { rangeRead: true, signedUrl: { supported: true, maxExpiresIn: 100 } },
        url: async (_, { expiresIn }) => {
          asked.push(expiresIn);
          return "https://storage.example/x";
        },
      }),
      { now: () => 1_000_000 },
    );
    await storage.signedUrl?.("r4nd/0", { expiresAt: 1_050_999 });
    await storage.signedUrl?.("r4nd/0", { expiresAt: 9_000_000 });
    expect(asked).toEqual([50, 100]);
    await expect(storage.signedUrl?.("r4nd/0", { expiresAt: 1_000_999 })).rejects.toThrow(RangeError);
  });

  it("has no signed URLs where the adapter has none, and says so where it has none for browsers", async () => {
    const signing = { rangeRead: true, signedUrl: { supported: true } };
    const silent = { rangeRead: true, signedUrl: { supported: false } };
    expect(filesSdkStorage(clientWith({ capabilities: silent })).signedUrl).toBeUndefined();
    const storage = filesSdkStorage(clientWith({ capabilities: signing }));
    await putBytes(storage, "r4nd/0", new Uint8Array(1));
    await expect(storage.signedUrl?.("r4nd/0", { expiresAt: Date.now() + 60_000 })).rejects.toThrow(
      /signedUrls: false/,
    );
  });

  it("lets its adapter hear that nobody waits any more", async () => {
    const leaving = new AbortController();
    const storage = filesSdkStorage(
      clientWith({
        upload: (_key, _body, { signal }) =>
          new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Error("canceled")))),
      }),
    );
    const options = { contentType: "image/png", sha256: "", signal: leaving.signal };
    const putting = storage.put("r4nd/0", new Blob(["bytes"]), options);
    leaving.abort(new Error("Nobody waits."));
    await expect(putting).rejects.toThrow("Nobody waits.");
  });

  it("removes what is on every page, also where an adapter counts in pages", async () => {
    const keys = new Set(Array.from({ length: 25 }, (_, index) => `r4nd/${index}`));
    keys.add("r4nd2/0").add("r4nd/deeper/0");
    const storage = filesSdkStorage(
      clientWith({
        delete: async (key) => void keys.delete(key),
        list: async ({ cursor = "0" }) => {
          const page = [...keys].slice(Number(cursor), Number(cursor) + 10);
          const next = Number(cursor) + page.length;
          return { items: page.map((key) => ({ key })), ...(next < keys.size && { cursor: `${next}` }) };
        },
      }),
    );
    await storage.deleteAll("r4nd");
    expect([...keys]).toEqual(["r4nd2/0", "r4nd/deeper/0"]);
  });

  it("lists the files of every page, and fails on one without size or time", async () => {
    const page = (cursor: string) => ({ key: `r4nd/${cursor}`, size: 7, lastModified: 1_000 });
    const storage = filesSdkStorage(
      clientWith({
        list: async ({ cursor = "0" }) => ({ items: [page(cursor)], ...(cursor === "0" && { cursor: "1" }) }),
      }),
    );
    const listed: unknown[] = [];
    for await (const object of storage.list?.() ?? []) listed.push(object);
    expect(listed).toEqual(["r4nd/0", "r4nd/1"].map((key) => ({ key, byteLength: 7, storedAt: 1_000 })));
    const silent = filesSdkStorage(clientWith({ list: async () => ({ items: [{ key: "r4nd/0", size: 7 }] }) }));
    await expect(silent.list?.()[Symbol.asyncIterator]().next()).rejects.toThrow(/size or time/);
  });

  it("fails on a listing that goes in a circle", async () => {
    const storage = filesSdkStorage(clientWith({ list: async () => ({ items: [], cursor: "again" }) }));
    await expect(storage.deleteAll("r4nd")).rejects.toThrow(/circle/);
  });

  it("takes a delete of what an adapter does not find, and passes on what else goes wrong", async () => {
    const missing = Object.assign(new Error("none"), { code: "NotFound" });
    const forbidden = Object.assign(new Error("no"), { code: "Unauthorized" });
    await filesSdkStorage(clientWith({ delete: () => Promise.reject(missing) })).delete("r4nd/0");
    const storage = filesSdkStorage(
      clientWith({ delete: () => Promise.reject(forbidden), download: () => Promise.reject(forbidden) }),
    );
    await expect(storage.delete("r4nd/0")).rejects.toBe(forbidden);
    await expect(storage.get("r4nd/0")).rejects.toBe(forbidden);
  });

  it("fails the stream of a file that is cut on its way", async () => {
    const storage = filesSdkStorage(
      clientWith({ download: async () => ({ size: 100, stream: () => new Blob(["cut"]).stream() }) }),
    );
    const found = await storage.get("r4nd/0");
    await expect(new Response(found?.body ?? null).arrayBuffer()).rejects.toThrow(/ended at byte 3 of 100/);
  });

  it("lets go of a file that can only be read from its start, once it has its part", async () => {
    let isLetGo = false;
    const stream = (): ReadableStream<Uint8Array> =>
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(10)),
        cancel: () => {
          isLetGo = true;
        },
      });
    const storage = filesSdkStorage(
      clientWith({
        capabilities: { rangeRead: false, signedUrl: { supported: false } },
        download: async () => ({ size: 1_000, stream }),
      }),
    );
    const found = await storage.get("r4nd/0", { start: 15, end: 24 });
    expect((await new Response(found?.body ?? null).arrayBuffer()).byteLength).toBe(10);
    expect(isLetGo).toBe(true);
  });
});
