import type { CompletedGeneration } from "@safelight/client/contract";
import { expect, it, onTestFinished } from "vitest";
import { type BucketServer, startBucketServer } from "../../../../testing/bucket/bucket-server.js";
import { type TestServer, type testModels, testServer } from "../../../../testing/test-server.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import type { Storage } from "../../ports/storage.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { s3Storage } from "../../storage/s3/s3-storage.js";

const image = tinyPng(128);

/** A server with a bucket as storage, one completed generation of "ann", and the path of its output. */
async function withBucket(): Promise<{
  readonly server: TestServer<typeof testModels>;
  readonly bucket: BucketServer;
  readonly id: string;
  readonly path: string;
}> {
  const time = { now: Date.now };
  const bucket = await startBucketServer({ now: () => time.now() });
  onTestFinished(bucket.close);
  const { credentials, endpoint } = bucket;
  const storage = s3Storage({ ...credentials, endpoint, prefix: "media", now: () => time.now() });
  // The stored bytes are those of the provider.
  const server = await testServer({ storage, provenance: false });
  time.now = server.clock.now;
  const { id } = await server.as("ann").submit();
  // The provider of the test models always completes.
  const { outputs } = (await server.as("ann").finish(id)) as CompletedGeneration;
  return { server, bucket, id, path: outputs[0].url.replace("/api/generations", "") };
}

it("redirects to the bucket, which serves the image with headers that allow display only", async () => {
  const { server, path } = await withBucket();
  const redirect = await server.request(null, path);
  expect(redirect.status).toBe(302);
  expect(redirect.headers.get("cache-control")).toBe("private, no-cache");
  const location = redirect.headers.get("location") ?? "";
  const response = await fetch(location);
  expect(response.status).toBe(200);
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(image);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "image/png",
    "cache-control": "private, max-age=900",
  });
  const part = await fetch(location, { headers: { range: "bytes=4-9" } });
  expect(new Uint8Array(await part.arrayBuffer())).toEqual(image.slice(4, 10));
  expect((await fetch(location.split("?")[0] ?? "")).status).toBe(403);
});

it("redirects to the same URL until it expires", async () => {
  const { server, path } = await withBucket();
  const locationOf = async () => (await server.as("ann").get(path.split("?")[0] ?? "")).headers.get("location") ?? "";
  const location = await locationOf();
  await server.clock.advance(1_000);
  expect(await locationOf()).toBe(location);
  await server.clock.advance(15 * 60_000);
  expect((await fetch(location)).status).toBe(403);
  expect((await fetch(await locationOf())).status).toBe(200);
});

it("sets a file name for a download", async () => {
  const { server, id, path } = await withBucket();
  const redirect = await server.request(null, `${path}&download=1`);
  const response = await fetch(redirect.headers.get("location") ?? "");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-disposition")).toBe(`attachment;filename="${id}-0.png"`);
});

it("responds to HEAD itself: the bucket's URL is signed for GET", async () => {
  const { server, path } = await withBucket();
  const response = await server.request(null, path, { method: "HEAD" });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-length")).toBe(String(image.byteLength));
  expect(response.headers.get("content-type")).toBe("image/png");
});

it("deletes the objects of a deleted generation, and refuses its URLs", async () => {
  const { server, bucket, id, path } = await withBucket();
  const location = (await server.request(null, path)).headers.get("location") ?? "";
  expect([...bucket.objects.keys()]).toContainEqual(expect.stringMatching(/^media\/[0-9a-f]{32}\/0-[0-9a-f]{64}$/));
  expect((await server.as("ann").delete(`/${id}`)).status).toBe(204);
  expect((await server.request(null, path)).status).toBe(404);
  // The bucket does not know the rows: its URL works until the outbox has deleted the object.
  expect((await fetch(location)).status).toBe(200);
  await server.safelight.worker.tick();
  expect([...bucket.objects.keys()]).toEqual([]);
  expect((await fetch(location)).status).toBe(404);
});

it("serves the bytes itself if the storage signs no URL for the request", async () => {
  const signedUrl: Storage["signedUrl"] = async (key, { fileName }) =>
    fileName === undefined ? `https://media.example/${key}` : null;
  const server = await testServer({ storage: { ...memoryStorage(), signedUrl } });
  const { id } = await server.as("ann").submit();
  await server.as("ann").finish(id);
  expect((await server.as("ann").get(`/${id}/outputs/0`)).headers.get("location")).toMatch(
    /^https:\/\/media\.example\//,
  );
  const saved = await server.as("ann").get(`/${id}/outputs/0?download=1`);
  expect(saved.status).toBe(200);
  expect(saved.headers.get("content-disposition")).toBe(`attachment; filename="${id}-0.png"`);
  expect((await saved.arrayBuffer()).byteLength).toBeGreaterThan(0);
});
