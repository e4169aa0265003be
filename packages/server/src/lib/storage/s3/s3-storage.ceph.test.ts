import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CephGateway, hasCephGateway, startCephGateway } from "../../../../testing/bucket/start-ceph-gateway.js";
import { putBytes } from "../../../../testing/put-bytes.js";
import { runStorageContract } from "../../../../testing/storage-contract/storage-contract.js";
import type { ListedObject, Storage } from "../../ports/storage.js";
import { type S3StorageOptions, s3Storage } from "./s3-storage.js";

describe.skipIf(!hasCephGateway())("s3Storage on Ceph's object gateway", () => {
  let gateway: CephGateway;

  beforeAll(async () => {
    gateway = await startCephGateway();
  });

  afterAll(async () => {
    await gateway.close();
  });

  const create = async (options: Partial<S3StorageOptions> = {}): Promise<Storage> => {
    const bucket = await gateway.createBucket();
    const { credentials, endpoint } = gateway;
    return s3Storage({ ...credentials, bucket, endpoint, fetch: withRightRanges, ...options });
  };

  runStorageContract("s3Storage", async () => ({ storage: await create({ prefix: "app/media" }) }));

  it("keeps objects private", async () => {
    const bucket = await gateway.createBucket();
    const storage = await create({ bucket });
    await putBytes(storage, "r4nd/0", new Uint8Array(10));
    expect((await fetch(`${gateway.endpoint}/${bucket}/r4nd/0`)).status).toBe(403);
    expect((await fetch(`${gateway.endpoint}/${bucket}`)).status).toBe(403);
  });

  it("signs URLs that read one object until they expire", async () => {
    let now = Date.now();
    const storage = await create({ now: () => now });
    await putBytes(storage, "r4nd/0", new Uint8Array(10));
    await putBytes(storage, "r4nd/1", new Uint8Array(10));
    const url = (await storage.signedUrl?.("r4nd/0", { expiresAt: now + 60_000 })) ?? "";
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("private, max-age=900");
    expect((await fetch(url.replace("r4nd/0", "r4nd/1"))).status).toBe(403);
    expect((await fetch(url.replace(/Expires=\d+/, "Expires=604800"))).status).toBe(403);
    expect((await fetch(url, { headers: { range: "bytes=2-3" } })).status).toBe(206);
    now -= 61_000;
    const expired = (await storage.signedUrl?.("r4nd/0", { expiresAt: now + 60_000 })) ?? "";
    expect((await fetch(expired)).status).toBe(403);
  });

  it.each([
    ["gen_1-0.png", 'attachment;filename="gen_1-0.png"'],
    ['Ein "Bild" (1)*.png', "attachment;filename*=UTF-8''Ein%20%22Bild%22%20%281%29%2A.png"],
  ])("signs a URL that saves the file as %j", async (fileName, expected) => {
    const storage = await create();
    await putBytes(storage, "r4nd/0", new Uint8Array(10));
    const url = (await storage.signedUrl?.("r4nd/0", { expiresAt: Date.now() + 60_000, fileName })) ?? "";
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-disposition")).toBe(expected);
  });

  it("stores nothing if the received bytes differ from the hash", async () => {
    const storage = await create({
      fetch: (url, init) => fetch(url, init?.method === "PUT" ? { ...init, body: new Uint8Array(9) } : init),
    });
    await expect(putBytes(storage, "r4nd/0", new Uint8Array(10))).rejects.toThrow(/refused to put an object: 400/);
    expect(await storage.get("r4nd/0")).toBeNull();
  });

  it("deletes more objects than one page lists", async () => {
    const storage = await create({ prefix: "app" });
    const keys = Array.from({ length: 25 }, (_, index) => `r4nd/${index}`);
    await Promise.all([...keys, "r4nd2/0"].map((key) => putBytes(storage, key, new Uint8Array(1))));
    await storage.deleteAll("r4nd");
    const left = await Promise.all([...keys, "r4nd2/0"].map(async (key) => (await storage.get(key)) !== null));
    expect(left.filter((isThere) => isThere)).toHaveLength(1);
  });

  it("lists more objects than one page has, under its prefix, with size and time", async () => {
    const bucket = await gateway.createBucket();
    const storage = await create({ bucket, prefix: "app" });
    const keys = Array.from({ length: 25 }, (_, index) => `r4nd/${index}`).toSorted();
    const startedAt = Date.now();
    await Promise.all(keys.map((key) => putBytes(storage, key, new Uint8Array(7))));
    await putBytes(await create({ bucket, prefix: "apple" }), "r4nd/0", new Uint8Array(1));
    const listed: ListedObject[] = [];
    for await (const object of storage.list?.() ?? []) listed.push(object);
    expect(listed.map(({ key }) => key).toSorted()).toEqual(keys);
    for (const { byteLength, storedAt } of listed) {
      expect(byteLength).toBe(7);
      expect(Math.abs(storedAt - startedAt)).toBeLessThan(60_000);
    }
  });

  it.each([
    ["a wrong secret", { secretAccessKey: "another secret" }, /403 SignatureDoesNotMatch/],
    ["a wrong key", { accessKeyId: "ANOTHERKEY" }, /403 InvalidAccessKeyId/],
    ["a missing bucket", { bucket: "missing" }, /404 NoSuchBucket/],
    ["a wrong clock", { now: () => Date.now() - 3_600_000 }, /403 RequestTimeTooSkewed/],
  ])("reports %s", async (_, options, message) => {
    const storage = await create(options);
    await expect(putBytes(storage, "r4nd/0", new Uint8Array(1))).rejects.toThrow(message);
    await expect(storage.get("r4nd/0")).rejects.toThrow(message);
    await expect(storage.delete("r4nd/0")).rejects.toThrow(message);
    await expect(storage.deleteAll("r4nd")).rejects.toThrow(message);
  });
});

/**
 * Without a cluster, the gateway of Ceph 18.2.7 sends the requested range in its headers, but the first bytes of the
 * object. Keeps its response, with the bytes cut out of the whole object.
 */
const withRightRanges: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const [, start, end] = /^bytes (\d+)-(\d+)/.exec(response.headers.get("content-range") ?? "") ?? [];
  if (start === undefined) return response;
  await response.body?.cancel();
  const headers = new Headers(init?.headers);
  headers.delete("range");
  const whole = await (await fetch(input, { ...init, headers })).arrayBuffer();
  return new Response(whole.slice(Number(start), Number(end) + 1), {
    status: response.status,
    headers: response.headers,
  });
};
