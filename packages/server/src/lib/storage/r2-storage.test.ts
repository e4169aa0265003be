import { expect, it, onTestFinished } from "vitest";
import { startBucketServer } from "../../../testing/bucket/bucket-server.js";
import { putBytes } from "../../../testing/put-bytes.js";
import { type R2Binding, r2Storage } from "./r2-storage.js";
import { s3Storage } from "./s3/s3-storage.js";

// The storage contract runs against a real binding, in `examples/hosts/cloudflare`.

/** A binding that must not be called. */
const unused: R2Binding = { put: fail, get: fail, delete: fail, list: fail };

function fail(): never {
  throw new Error("The test expects no call of the binding.");
}

const inMinutes = (minutes: number) => ({ expiresAt: Date.now() + minutes * 60_000 });

it("has no URLs for browsers by default", () => {
  expect(r2Storage({ bucket: unused }).signedUrl).toBeUndefined();
});

it("takes signed URLs from an s3Storage of the same bucket", async () => {
  const bucket = await startBucketServer();
  onTestFinished(bucket.close);
  const s3 = s3Storage({ ...bucket.credentials, endpoint: bucket.endpoint, prefix: "media" });
  await putBytes(s3, "r4nd/0", new Uint8Array(7));
  const storage = r2Storage({ bucket: unused, prefix: "media", signedUrls: s3 });
  const response = await fetch((await storage.signedUrl?.("r4nd/0", { ...inMinutes(1), fileName: "a.png" })) ?? "");
  expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 7]);
  expect(response.headers.get("content-disposition")).toBe('attachment;filename="a.png"');
});

it("returns URLs of a public origin, and none for a download under a file name", async () => {
  const storage = r2Storage({ bucket: unused, prefix: "media", publicUrl: "https://media.example.com/" });
  expect(await storage.signedUrl?.("r4nd/0", inMinutes(1))).toBe("https://media.example.com/media/r4nd/0");
  expect(await storage.signedUrl?.("r4nd/0", { ...inMinutes(1), fileName: "a.png" })).toBeNull();
  await expect(storage.signedUrl?.("../r4nd/0", inMinutes(1))).rejects.toThrow(RangeError);
});

it.each([
  ["private", {}],
  ["public", { publicUrl: "https://media.example.com" }],
])("lets only %s caches keep an object, for 15 minutes", async (kind, options) => {
  const puts: unknown[] = [];
  const put: R2Binding["put"] = async (...given) => puts.push(given[2].httpMetadata);
  await putBytes(r2Storage({ bucket: { ...unused, put }, ...options }), "r4nd/0", new Uint8Array(7));
  expect(puts).toEqual([{ contentType: "image/png", cacheControl: `${kind}, max-age=900` }]);
});

it.each([
  ["no binding", {}, 'r2Storage needs the option "bucket"'],
  ["a name instead of the binding", { bucket: "BUCKET" }, "add it to `r2_buckets`"],
  ["a prefix with an empty name", { bucket: unused, prefix: "a//b" }, 'Invalid prefix "a//b"'],
  ["a public URL without TLS", { bucket: unused, publicUrl: "http://media.example.com" }, "Invalid publicUrl"],
  ["a public URL with a path", { bucket: unused, publicUrl: "https://example.com/media" }, "Invalid publicUrl"],
  ["two kinds of URLs", { bucket: unused, publicUrl: "https://a.example", signedUrls: {} }, "not both"],
])("rejects %s", (_name, options, message) => {
  // As from JavaScript, without types.
  expect(() => r2Storage(options as never)).toThrow(message);
});
