import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, it, onTestFinished } from "vitest";
import { type BucketServer, startBucketServer } from "../../../../testing/bucket/bucket-server.js";
import { putBytes } from "../../../../testing/put-bytes.js";
import { runStorageContract } from "../../../../testing/storage-contract/storage-contract.js";
import type { Storage } from "../../ports/storage.js";
import { type S3StorageOptions, s3Storage } from "./s3-storage.js";

const example = {
  bucket: "examplebucket",
  region: "us-east-1",
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

runStorageContract("s3Storage", async () => {
  const server = await startBucketServer();
  return {
    storage: s3Storage({ ...server.credentials, endpoint: server.endpoint }),
    close: server.close,
  };
});

runStorageContract("s3Storage with a prefix and temporary credentials", async () => {
  const server = await startBucketServer({ sessionToken: "IQoJb3JpZ2luX2VjEXAMPLE//token==" });
  return {
    storage: s3Storage({ ...server.credentials, endpoint: server.endpoint, prefix: "app/media" }),
    close: server.close,
  };
});

type Sign = NonNullable<Storage["signedUrl"]>;

interface SigningStorage extends Required<Omit<Storage, "ping" | "signedUrl">> {
  signedUrl(...given: Parameters<Sign>): Promise<string>;
}

async function withServer(
  options: Partial<S3StorageOptions> = {},
  serverOptions: Parameters<typeof startBucketServer>[0] = {},
): Promise<{ readonly server: BucketServer; readonly storage: SigningStorage }> {
  const server = await startBucketServer(serverOptions);
  onTestFinished(server.close);
  const { list, signedUrl, ...storage } = s3Storage({ ...server.credentials, endpoint: server.endpoint, ...options });
  if (list === undefined || signedUrl === undefined) throw new Error("Expected list and signedUrl.");
  const sign = async (...given: Parameters<Sign>): Promise<string> => (await signedUrl(...given)) ?? "";
  return { server, storage: { ...storage, list, signedUrl: sign } };
}

describe("s3Storage", () => {
  it("stores the content type, and lets only the browser cache the bytes", async () => {
    const { server, storage } = await withServer({ prefix: "app/media" });
    await putBytes(storage, "r4nd/0", new Uint8Array(10));
    expect([...server.objects]).toEqual([
      [
        "app/media/r4nd/0",
        {
          bytes: Buffer.alloc(10),
          headers: { "content-type": "image/png", "cache-control": "private, max-age=900" },
        },
      ],
    ]);
  });

  it("keeps objects private", async () => {
    const { server, storage } = await withServer();
    await putBytes(storage, "r4nd/0", new Uint8Array(10));
    expect((await fetch(`${server.endpoint}/media/r4nd/0`)).status).toBe(403);
  });

  it("deletes the objects of every page, and no others", async () => {
    const { server, storage } = await withServer({ prefix: "app" }, { pageSize: 10 });
    for (let index = 0; index < 25; index += 1) await putBytes(storage, `r4nd/${index}`, new Uint8Array(1));
    const invalidKeys = Array.from({ length: 12 }, (_, index) => `app/r4nd/!${index}`);
    const others = ["app/r4nd2/0", "r4nd/0", "app/r4nd", "app/r4nd/deeper/0", ...invalidKeys];
    for (const key of others) server.objects.set(key, { bytes: new Uint8Array(1), headers: {} });
    await storage.deleteAll("r4nd");
    expect([...server.objects.keys()].sort()).toEqual(others.toSorted());
  });

  it("deletes only keys under the prefix, whatever the service lists", async () => {
    const { server, storage } = await withServer();
    await putBytes(storage, "oth/er000", new Uint8Array(1));
    await putBytes(storage, "r4nd/0", new Uint8Array(1));
    const keys = ["oth/er000", "r4nd/../oth/er000", "r4nd/0"].map((key) => `<Contents><Key>${key}</Key></Contents>`);
    server.respondNext((response) => response.end(`<ListBucketResult>${keys.join("")}</ListBucketResult>`));
    await storage.deleteAll("r4nd");
    expect([...server.objects.keys()]).toEqual(["oth/er000"]);
  });

  it("lists the objects of every page under its prefix with size and time, also foreign keys", async () => {
    const { server, storage } = await withServer({ prefix: "app" }, { pageSize: 10 });
    const storedAt = Date.UTC(2026, 10, 5, 12, 30, 15);
    const own = Array.from({ length: 24 }, (_, index) => `r4nd/${index}`);
    const foreign = ["notes.txt", "r4nd/deeper/0"];
    for (const key of [...own, ...foreign]) {
      server.objects.set(`app/${key}`, { bytes: new Uint8Array(7), headers: {}, storedAt });
    }
    for (const key of ["apple/0", "r4nd/0"]) server.objects.set(key, { bytes: new Uint8Array(1), headers: {} });
    const listed: unknown[] = [];
    for await (const object of storage.list()) listed.push(object);
    const keys = [...own, ...foreign].toSorted();
    expect(listed).toEqual(keys.map((key) => ({ key, byteLength: 7, storedAt })));
    expect(server.requests).toEqual(["GET /media", "GET /media", "GET /media"]);
  });

  it.each([
    "<Size>1</Size>",
    "<LastModified>2026-11-05T12:00:00.000Z</LastModified>",
    "<LastModified>soon</LastModified><Size>1</Size>",
  ])("fails on a listed object with only %s", async (rest) => {
    const { server, storage } = await withServer();
    server.respondNext((response) =>
      response.end(`<ListBucketResult><Contents><Key>r4nd/0</Key>${rest}</Contents></ListBucketResult>`),
    );
    await expect(storage.list()[Symbol.asyncIterator]().next()).rejects.toThrow(/without its size or time/);
  });

  it("fails a listing whose second page is refused", async () => {
    const { server, storage } = await withServer({}, { pageSize: 1 });
    for (const key of ["r4nd/0", "r4nd/1"]) await putBytes(storage, key, new Uint8Array(1));
    const objects = storage.list()[Symbol.asyncIterator]();
    expect((await objects.next()).value).toMatchObject({ key: "r4nd/0" });
    server.respondNext((response) => response.writeHead(503).end());
    await expect(objects.next()).rejects.toThrow(/503/);
  });

  it.each([10, 3_000_000])("sends %d bytes with their length and the given hash", async (byteLength) => {
    const { server, storage } = await withServer();
    const headers: unknown[] = [];
    server.respondNext((response, request) => {
      headers.push(request.headers);
      response.end();
    });
    await storage.put("r4nd/0", new Blob([new Uint8Array(byteLength)]), {
      contentType: "image/png",
      sha256: "ab".repeat(32),
    });
    expect(headers).toEqual([
      expect.objectContaining({ "content-length": String(byteLength), "x-amz-content-sha256": "ab".repeat(32) }),
    ]);
    expect(headers).toEqual([expect.not.objectContaining({ "transfer-encoding": expect.anything() })]);
  });

  it("aborts a put with its signal", async () => {
    const { server, storage } = await withServer();
    const stop = new AbortController();
    const isClosed = new Promise<void>((resolve) => {
      server.respondNext((response) => {
        // The server never responds.
        response.on("close", resolve);
        stop.abort(new Error("The lease is lost."));
      });
    });
    const options = { contentType: "image/png", sha256: "ab".repeat(32), signal: stop.signal };
    const putting = storage.put("r4nd/0", new Blob([new Uint8Array(3_000_000)]), options);
    await expect(putting).rejects.toThrow("The lease is lost.");
    await isClosed;
  });

  it("stores nothing if the received bytes differ from the hash", async () => {
    const { server, storage } = await withServer({
      fetch: (url, init) => fetch(url, { ...init, body: new Uint8Array(9) }),
    });
    await expect(putBytes(storage, "r4nd/0", new Uint8Array(10))).rejects.toThrow(/XAmzContentSHA256Mismatch/);
    expect([...server.objects]).toEqual([]);
  });

  it("imports no module of Node.js", async () => {
    const entry = fileURLToPath(new URL("../../../s3.ts", import.meta.url));
    // A neutral platform: the bundler resolves no module of Node.js.
    const { metafile } = await build({
      entryPoints: [entry],
      bundle: true,
      platform: "neutral",
      mainFields: ["module"],
      conditions: ["worker"],
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
    expect(imports.filter(({ external }) => external)).toEqual([]);
  });

  it("has no signed URLs with signedUrls: false", async () => {
    expect(s3Storage({ ...example, signedUrls: false }).signedUrl).toBeUndefined();
  });

  it.each([
    ["on Amazon", {}, "https://examplebucket.s3.us-east-1.amazonaws.com/r4nd/0"],
    ["in China", { region: "cn-north-1" }, "https://examplebucket.s3.cn-north-1.amazonaws.com.cn/r4nd/0"],
    ["with a dot", { bucket: "media.example" }, "https://s3.us-east-1.amazonaws.com/media.example/r4nd/0"],
    ["at another service", { endpoint: "https://s3.example:9000/" }, "https://s3.example:9000/examplebucket/r4nd/0"],
    ["under a path", { endpoint: "https://x.example/v1/s3" }, "https://x.example/v1/s3/examplebucket/r4nd/0"],
    [
      "in the host of another service",
      { endpoint: "https://s3.example:9000", forcePathStyle: false },
      "https://examplebucket.s3.example:9000/r4nd/0",
    ],
  ])("addresses a bucket %s", async (_, address, expected) => {
    const url = await s3Storage({ ...example, ...address }).signedUrl?.("r4nd/0", { expiresAt: Date.now() + 60_000 });
    expect(url?.split("?")[0]).toBe(expected);
  });

  it.each([
    { bucket: "" },
    { bucket: "../other" },
    { bucket: "a/b" },
    { region: "" },
    { region: "evil.example/" },
    { endpoint: "s3.example" },
    { endpoint: "ftp://s3.example" },
    { endpoint: "https://key:secret@s3.example" },
    { endpoint: "https://s3.example/?a=b" },
    { prefix: "" },
    { prefix: "a/" },
    { prefix: "/a" },
    { prefix: "../a" },
    { prefix: "a b" },
  ])("refuses %j", (options) => {
    expect(() => s3Storage({ ...example, ...options })).toThrow(RangeError);
  });
});

describe("a signed URL of s3Storage", () => {
  it("contains the credential, the time and the lifetime", async () => {
    const at = Date.UTC(2013, 4, 24);
    const storage = s3Storage({ ...example, now: () => at });
    const url = new URL((await storage.signedUrl?.("r4nd/0", { expiresAt: at + 86_400_000 })) ?? "");
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request",
      "X-Amz-Date": "20130524T000000Z",
      "X-Amz-Expires": "86400",
      "X-Amz-SignedHeaders": "host",
    });
  });

  it("reads one object until it expires", async () => {
    let time = Date.now();
    const { storage } = await withServer({ now: () => time }, { now: () => time });
    await putBytes(storage, "r4nd/0", new Uint8Array(10));
    await putBytes(storage, "r4nd/1", new Uint8Array(10));
    const url = await storage.signedUrl("r4nd/0", { expiresAt: time + 60_000 });
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url.replace("r4nd/0", "r4nd/1"))).status).toBe(403);
    expect((await fetch(url, { method: "DELETE" })).status).toBe(403);
    expect((await fetch(url.replace(/Expires=\d+/, "Expires=604800"))).status).toBe(403);
    time += 58_000;
    expect((await fetch(url)).status).toBe(200);
    time += 2_000;
    expect((await fetch(url)).status).toBe(403);
  });

  it("is the same for the same expiry, so that a browser uses its cache", async () => {
    let time = 1_800_000_000_000;
    const storage = s3Storage({ ...example, now: () => time });
    const expiresAt = time + 899_000;
    const first = await storage.signedUrl?.("r4nd/0", { expiresAt });
    time += 598_765;
    expect(await storage.signedUrl?.("r4nd/0", { expiresAt })).toBe(first);
    expect(await storage.signedUrl?.("r4nd/0", { expiresAt: expiresAt + 300_000 })).not.toBe(first);
  });

  it("is never signed in the future, and for at most a week", async () => {
    const now = 1_800_000_000_999;
    const storage = s3Storage({ ...example, now: () => now });
    for (const seconds of [1, 899, 900, 901, 604_799, 604_800]) {
      const url = await storage.signedUrl?.("r4nd/0", { expiresAt: 1_800_000_000_000 + seconds * 1_000 });
      const query = new URL(url ?? "").searchParams;
      const date = query.get("X-Amz-Date")?.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5");
      const [signedAt, lifetime] = [Date.parse(date ?? ""), Number(query.get("X-Amz-Expires"))];
      expect(signedAt + lifetime * 1_000).toBe(1_800_000_000_000 + seconds * 1_000);
      expect(signedAt).toBeLessThanOrEqual(now);
      expect(lifetime).toBeLessThanOrEqual(604_800);
    }
  });

  it.each([0, -1, 604_801, Number.NaN])("is refused for %d seconds", async (seconds) => {
    const storage = s3Storage({ ...example, now: () => 1_800_000_000_000 });
    await expect(storage.signedUrl?.("r4nd/0", { expiresAt: 1_800_000_000_000 + seconds * 1_000 })).rejects.toThrow(
      RangeError,
    );
  });

  it.each([
    ["gen_1-0.png", 'attachment;filename="gen_1-0.png"'],
    ['Ein "Bild" (1)*.png', "attachment;filename*=UTF-8''Ein%20%22Bild%22%20%281%29%2A.png"],
    ["日本\r\nx: y", "attachment;filename*=UTF-8''%E6%97%A5%E6%9C%AC%0D%0Ax%3A%20y"],
  ])("saves the file as %j", async (fileName, expected) => {
    const { storage } = await withServer();
    await putBytes(storage, "r4nd/0", new Uint8Array(10));
    const response = await fetch(await storage.signedUrl("r4nd/0", { expiresAt: Date.now() + 60_000, fileName }));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-disposition")).toBe(expected);
  });
});
