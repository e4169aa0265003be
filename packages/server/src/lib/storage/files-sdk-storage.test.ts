import { Files } from "files-sdk";
import { fs } from "files-sdk/fs";
import { memory } from "files-sdk/memory";
import { s3Fetch } from "files-sdk/s3-fetch";
import { describe, expect, it, onTestFinished } from "vitest";
import { startBucketServer } from "../../../testing/bucket/bucket-server.js";
import { putBytes } from "../../../testing/put-bytes.js";
import { runStorageContract } from "../../../testing/storage-contract/storage-contract.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import type { Storage } from "../ports/storage.js";
import { type FilesClient, filesSdkStorage } from "./files-sdk-storage.js";

runStorageContract("filesSdkStorage of an adapter without ranges", async () => {
  const { supportsRange: _, ...adapter } = memory();
  return { storage: filesSdkStorage(new Files({ adapter }), { signedUrls: false }) };
});

runStorageContract("filesSdkStorage in a folder", async () => {
  const root = await tempFolder("files-sdk");
  return { storage: filesSdkStorage(new Files({ adapter: fs({ root }), prefix: "media" })) };
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
    const address = { ...server.credentials, endpoint: server.endpoint, forcePathStyle: true };
    const adapter = s3Fetch({ ...address, ...(publicBaseUrl !== undefined && { publicBaseUrl }) });
    return filesSdkStorage(new Files({ adapter }), { now });
  }

  it("signs URLs that expire, also if the adapter has a public URL", async () => {
    const storage = await inBucket({ publicBaseUrl: "https://public.example" });
    await putBytes(storage, "r4nd/0", new Uint8Array(10));
    const url = (await storage.signedUrl?.("r4nd/0", { expiresAt: Date.now() + 60_500 })) ?? "";
    expect(new URL(url).searchParams.get("X-Amz-Expires")).toBe("60");
    expect((await fetch(url)).headers.get("content-disposition")).toBe("inline");
  });

  it("signs a URL that saves the file under a name", async () => {
    const storage = await inBucket();
    await putBytes(storage, "r4nd/0", new Uint8Array(10));
    const options = { expiresAt: Date.now() + 60_000, fileName: "gen_1-0.png" };
    const response = await fetch((await storage.signedUrl?.("r4nd/0", options)) ?? "");
    expect(response.headers.get("content-disposition")).toBe('attachment;filename="gen_1-0.png"');
  });

  it("limits the lifetime to the adapter's maximum, and refuses an expiry in the past", async () => {
    const lifetimes: number[] = [];
    const storage = filesSdkStorage(
      clientWith({
        capabilities: { rangeRead: true, signedUrl: { supported: true, maxExpiresIn: 100 } },
        url: async (_, { expiresIn }) => {
          lifetimes.push(expiresIn);
          return "https://storage.example/x";
        },
      }),
      { now: () => 1_000_000 },
    );
    await storage.signedUrl?.("r4nd/0", { expiresAt: 1_050_999 });
    await storage.signedUrl?.("r4nd/0", { expiresAt: 9_000_000 });
    expect(lifetimes).toEqual([50, 100]);
    await expect(storage.signedUrl?.("r4nd/0", { expiresAt: 1_000_999 })).rejects.toThrow(RangeError);
  });

  it("has no signed URLs if the adapter has none, and fails if they are not for browsers", async () => {
    const withSigning = { rangeRead: true, signedUrl: { supported: true } };
    const withoutSigning = { rangeRead: true, signedUrl: { supported: false } };
    expect(filesSdkStorage(clientWith({ capabilities: withoutSigning })).signedUrl).toBeUndefined();
    const storage = filesSdkStorage(clientWith({ capabilities: withSigning }));
    await putBytes(storage, "r4nd/0", new Uint8Array(1));
    await expect(storage.signedUrl?.("r4nd/0", { expiresAt: Date.now() + 60_000 })).rejects.toThrow(
      /signedUrls: false/,
    );
  });

  it("passes the signal of a get to its adapter", async () => {
    const stop = new AbortController();
    const storage = filesSdkStorage(
      clientWith({
        download: (_key, { signal }) =>
          new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Error("canceled")))),
      }),
    );
    const reading = storage.get("r4nd/0", { signal: stop.signal });
    stop.abort(new Error("The reader left."));
    await expect(reading).rejects.toThrow("The reader left.");
  });

  it("passes the signal of a put to its adapter", async () => {
    const stop = new AbortController();
    const storage = filesSdkStorage(
      clientWith({
        upload: (_key, _body, { signal }) =>
          new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Error("canceled")))),
      }),
    );
    const options = { contentType: "image/png", sha256: "", signal: stop.signal };
    const putting = storage.put("r4nd/0", new Blob(["bytes"]), options);
    stop.abort(new Error("The lease is lost."));
    await expect(putting).rejects.toThrow("The lease is lost.");
  });

  it("deletes the objects of every page, also with page offsets", async () => {
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

  it("lists the files of every page, and fails on a file without size or time", async () => {
    const page = (cursor: string) => ({ key: `r4nd/${cursor}`, size: 7, lastModified: 1_000 });
    const storage = filesSdkStorage(
      clientWith({
        list: async ({ cursor = "0" }) => ({ items: [page(cursor)], ...(cursor === "0" && { cursor: "1" }) }),
      }),
    );
    const listed: unknown[] = [];
    for await (const object of storage.list?.() ?? []) listed.push(object);
    expect(listed).toEqual(["r4nd/0", "r4nd/1"].map((key) => ({ key, byteLength: 7, storedAt: 1_000 })));
    const incomplete = filesSdkStorage(clientWith({ list: async () => ({ items: [{ key: "r4nd/0", size: 7 }] }) }));
    await expect(incomplete.list?.()[Symbol.asyncIterator]().next()).rejects.toThrow(/size or time/);
  });

  it("fails on a listing that repeats a cursor", async () => {
    const storage = filesSdkStorage(clientWith({ list: async () => ({ items: [], cursor: "again" }) }));
    await expect(storage.deleteAll("r4nd")).rejects.toThrow(/repeats a cursor/);
  });

  it("ignores a delete of a missing file, and rethrows other errors", async () => {
    const missing = Object.assign(new Error("none"), { code: "NotFound" });
    const forbidden = Object.assign(new Error("no"), { code: "Unauthorized" });
    await filesSdkStorage(clientWith({ delete: () => Promise.reject(missing) })).delete("r4nd/0");
    const storage = filesSdkStorage(
      clientWith({ delete: () => Promise.reject(forbidden), download: () => Promise.reject(forbidden) }),
    );
    await expect(storage.delete("r4nd/0")).rejects.toBe(forbidden);
    await expect(storage.get("r4nd/0")).rejects.toBe(forbidden);
  });

  it("fails the stream of a truncated file", async () => {
    const storage = filesSdkStorage(
      clientWith({ download: async () => ({ size: 100, stream: () => new Blob(["cut"]).stream() }) }),
    );
    const found = await storage.get("r4nd/0");
    await expect(new Response(found?.body ?? null).arrayBuffer()).rejects.toThrow(/ended at byte 3 of 100/);
  });

  it("cancels the stream after the range if the adapter reads only from the start", async () => {
    let isCanceled = false;
    const stream = (): ReadableStream<Uint8Array> =>
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(10)),
        cancel: () => {
          isCanceled = true;
        },
      });
    const storage = filesSdkStorage(
      clientWith({
        capabilities: { rangeRead: false, signedUrl: { supported: false } },
        download: async () => ({ size: 1_000, stream }),
      }),
    );
    const found = await storage.get("r4nd/0", { range: { start: 15, end: 24 } });
    expect((await new Response(found?.body ?? null).arrayBuffer()).byteLength).toBe(10);
    expect(isCanceled).toBe(true);
  });
});
