import type { CompletedGeneration } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { problemOf, type TestServer, type testModels, testServer } from "../../../../testing/test-server.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { memoryStorage } from "../../storage/memory-storage.js";

const image = tinyPng(128);

/** A server with one completed generation of "ann", and the path of its output below the base path. */
async function withOutput(
  options: Parameters<typeof testServer<typeof testModels>>[0] = {},
): Promise<{ server: TestServer<typeof testModels>; id: string; path: string; signed: string }> {
  // The stored bytes are those of the provider.
  const server = await testServer({ provenance: false, ...options });
  const ann = server.as("ann");
  const { id } = await ann.submit();
  // The provider of the test models always completes.
  const { outputs } = (await ann.finish(id)) as CompletedGeneration;
  return { server, id, path: `/${id}/outputs/0`, signed: outputs[0].url.replace("/api/generations", "") };
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

describe("GET /:id/outputs/:index", () => {
  it("serves the bytes to their owner, with headers that allow display only", async () => {
    const { server, path } = await withOutput();
    const response = await server.as("ann").get(path);
    expect(response.status).toBe(200);
    expect(await bytesOf(response)).toEqual(image);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "image/png",
      "content-length": String(image.byteLength),
      "content-disposition": "inline",
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
      "accept-ranges": "bytes",
      "cache-control": "private, no-cache",
      etag: expect.stringMatching(/^"[0-9a-f]{64}"$/),
    });
  });

  it("serves one generation of many thousands", async () => {
    const { server, id } = await withOutput();
    const { get } = server.store;
    server.store.get = async (query) => {
      const record = await get(query);
      return record && { ...record, outputs: record.outputs.map((output) => ({ ...output, index: 12_345 })) };
    };
    const statusOf = async (index: string) => (await server.as("ann").get(`/${id}/outputs/${index}`)).status;
    expect([await statusOf("12345"), await statusOf("12344"), await statusOf("012345")]).toEqual([200, 404, 404]);
  });

  it("sets a file name for a download", async () => {
    const { server, id, path } = await withOutput();
    const response = await server.as("ann").get(`${path}?download=1`);
    expect(response.headers.get("content-disposition")).toBe(`attachment; filename="${id}-0.png"`);
  });

  it("responds 304 while the bytes are the same", async () => {
    const { server, path } = await withOutput();
    const etag = (await server.as("ann").get(path)).headers.get("etag") ?? "";
    const response = await server.as("ann").get(path, { "if-none-match": etag });
    expect(response.status).toBe(304);
    expect(await bytesOf(response)).toHaveLength(0);
  });

  it("serves the requested range", async () => {
    const { server, path } = await withOutput();
    const response = await server.as("ann").get(path, { range: "bytes=4-9" });
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(`bytes 4-9/${image.byteLength}`);
    expect(response.headers.get("content-length")).toBe("6");
    expect(await bytesOf(response)).toEqual(image.slice(4, 10));
  });

  it("refuses a range after the last byte", async () => {
    const { server, path } = await withOutput();
    const response = await server.as("ann").get(path, { range: "bytes=1000-" });
    expect(response.status).toBe(416);
    expect(response.headers.get("content-range")).toBe(`bytes */${image.byteLength}`);
    expect((await problemOf(response)).code).toBe("range_not_satisfiable");
  });

  it("serves all bytes when If-Range has another tag", async () => {
    const { server, path } = await withOutput();
    const ann = server.as("ann");
    const etag = (await ann.get(path)).headers.get("etag") ?? "";
    expect((await ann.get(path, { range: "bytes=0-1", "if-range": etag })).status).toBe(206);
    expect((await ann.get(path, { range: "bytes=0-1", "if-range": '"other"' })).status).toBe(200);
  });

  it("responds to HEAD with the headers only", async () => {
    const { server, path } = await withOutput();
    const response = await server.request("ann", path, { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-length")).toBe(String(image.byteLength));
    expect(await bytesOf(response)).toHaveLength(0);
  });

  it.each(["/outputs/1", "/outputs/-1", "/outputs/x", "/outputs/00", "/outputs/00000000", "/outputs", "/outputs/0/0"])(
    "responds 404 for %s",
    async (rest) => {
      const { server, id } = await withOutput();
      expect((await server.as("ann").get(`/${id}${rest}`)).status).toBe(404);
    },
  );

  it("responds 404 when the storage has lost the bytes, or the owner has deleted them", async () => {
    const storage = memoryStorage();
    const { server, id, path } = await withOutput({ storage: { ...storage, get: async () => null } });
    expect((await server.as("ann").get(path)).status).toBe(404);
    await server.as("ann").delete(`/${id}`);
    expect((await server.as("ann").get(path)).status).toBe(404);
  });

  it("logs a missing file once a minute, and none of a deleted generation or an unknown output", async () => {
    const { server, id, path } = await withOutput({ storage: { ...memoryStorage(), get: async () => null } });
    const ann = server.as("ann");
    const errors = () => server.logs.filter(({ level }) => level === "error");
    await ann.get(`/${id}/outputs/9`);
    expect(errors()).toEqual([]);
    await ann.get(path);
    await ann.get(path);
    const message = expect.stringContaining("A stored file is missing in the storage: use the same absolute folder");
    expect(errors()).toMatchObject([{ message, fields: { storage: "memory", id, part: 0 } }]);
    server.clock.skip(60_000);
    await ann.get(path);
    expect(errors()).toHaveLength(2);
    await ann.delete(`/${id}`);
    server.clock.skip(60_000);
    await ann.get(path);
    expect(errors()).toHaveLength(2);
  });

  it("redirects to a storage that serves the bytes itself", async () => {
    const signed: unknown[] = [];
    const { server, id, path } = await withOutput({
      storage: {
        ...memoryStorage(),
        signedUrl: async (key, { expiresAt, fileName }) => {
          signed.push({ minutes: (expiresAt - server.clock.now()) / 60_000, fileName });
          return `https://storage.example/${key}`;
        },
      },
    });
    const shown = await server.as("ann").get(path);
    expect(shown.status).toBe(302);
    expect(shown.headers.get("location")).toMatch(/^https:\/\/storage\.example\/[0-9a-f]{32}\/0-[0-9a-f]{64}$/);
    await server.as("ann").get(`${path}?download=1`);
    expect(signed).toEqual([
      { minutes: expect.closeTo(12.5, -1), fileName: undefined },
      { minutes: expect.closeTo(12.5, -1), fileName: `${id}-0.png` },
    ]);
  });
});

describe("a signed URL", () => {
  it("serves its output without a session, for at most 15 minutes", async () => {
    const { server, signed } = await withOutput();
    const response = await server.request(null, signed);
    expect(response.status).toBe(200);
    expect(await bytesOf(response)).toEqual(image);
    server.clock.skip(15 * 60_000);
    expect((await server.request(null, signed)).status).toBe(401);
    expect((await server.request("ann", signed)).status).toBe(200);
  });

  it("allows a download", async () => {
    const { server, id, signed } = await withOutput();
    const response = await server.request(null, `${signed}&download=1`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-disposition")).toBe(`attachment; filename="${id}-0.png"`);
  });

  it("stays the same within a period", async () => {
    const { server, id, signed } = await withOutput();
    server.clock.skip(300_000 - (server.clock.now() % 300_000));
    const urlOf = async () => {
      const { outputs } = (await server.as("ann").finish(id)) as CompletedGeneration;
      return outputs[0].url;
    };
    const fresh = await urlOf();
    expect(fresh).not.toContain(signed);
    server.clock.skip(299_999);
    expect(await urlOf()).toBe(fresh);
    server.clock.skip(1);
    expect(await urlOf()).not.toBe(fresh);
  });

  it("is rejected for any other target", async () => {
    const { server, id, signed } = await withOutput();
    const other = await server.as("ann").submit();
    await server.as("ann").finish(other.id);
    const [, query = ""] = signed.split("?");
    for (const path of [
      `/${other.id}/outputs/0?${query}`,
      `/${id}/outputs/1?${query}`,
      `/${id}/preview?${query}`,
      signed.replace(/expires=(\d+)/, (_, expires: string) => `expires=${Number(expires) + 300}`),
      signed.replace(/signature=./, (text) => `signature=${text.endsWith("A") ? "B" : "A"}`),
      signed.replace(/signature=[^&]+/, "signature=%C3%A9"),
      signed.replace(/&signature=[^&]+/, ""),
    ]) {
      expect([path, (await server.request(null, path)).status]).toEqual([path, 401]);
    }
    expect((await server.request(null, `/${id}?${query}`)).status).toBe(401);
  });

  it("responds 404 once its generation is deleted", async () => {
    const { server, id, signed } = await withOutput();
    await server.as("ann").delete(`/${id}`);
    expect((await problemOf(await server.request(null, signed))).code).toBe("not_found");
  });
});
