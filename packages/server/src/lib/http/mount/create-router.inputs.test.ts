import type { InputResponse } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { avifSequence } from "../../../../testing/provenance/avif-fixtures.js";
import { bodyOf, problemOf, type TestServer, type testModels, testServer } from "../../../../testing/test-server.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { memoryStorage } from "../../storage/memory-storage.js";

type Server = TestServer<typeof testModels>;

const image = new Uint8Array(tinyPng(7));
const unknownId = "inp_01900000-0000-7000-8000-00000000ffff";

function upload(server: Pick<Server, "request">, owner: string | null, init: RequestInit = {}): Promise<Response> {
  const headers = { "content-type": "image/png", ...init.headers };
  return server.request(owner, "/inputs", { method: "POST", body: image, ...init, headers });
}

async function uploaded(server: Pick<Server, "request">, owner = "ann"): Promise<InputResponse["input"]> {
  const response = await upload(server, owner);
  expect(response.status).toBe(201);
  return (await bodyOf<InputResponse>(response)).input;
}

/** The path of a URL below the base path. */
const below = (url: string): string => url.replace("/api/generations", "");

describe("POST /inputs", () => {
  it("stores an image, and returns its id, URL, type and size", async () => {
    const server = await testServer();
    const response = await upload(server, "ann");
    expect(response.status).toBe(201);
    const { input } = await bodyOf<InputResponse>(response);
    expect(input).toEqual({
      id: expect.stringMatching(/^inp_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/),
      url: expect.stringMatching(`^/api/generations/inputs/${input.id}\\?expires=\\d+&signature=[\\w-]{43}$`),
      kind: "image",
      contentType: "image/png",
      width: 1,
      height: 1,
      durationMs: null,
    });
    expect(response.headers.get("location")).toBe(`/api/generations/inputs/${input.id}`);
  });

  it.each(["image/jpeg", "application/octet-stream", "IMAGE/PNG; charset=binary", "image/x-anything", ""])(
    "accepts content type %j and detects the actual type",
    async (type) => {
      const server = await testServer();
      const response = await upload(server, "ann", { headers: { "content-type": type } });
      expect((await bodyOf<InputResponse>(response)).input.contentType).toBe("image/png");
    },
  );

  it("stores a sequence of AVIF frames as an image", async () => {
    const response = await upload(await testServer(), "ann", { body: avifSequence });
    expect(await bodyOf(response)).toMatchObject({ input: { kind: "image", contentType: "image/avif", width: 16 } });
  });

  it("accepts the one file of a form", async () => {
    const server = await testServer();
    const form = new FormData();
    form.append("file", new Blob([image], { type: "text/html" }), 'a;"b" name=x.png');
    const response = await server.request("ann", "/inputs", { method: "POST", body: form });
    expect(response.status).toBe(201);
    const { input } = await bodyOf<InputResponse>(response);
    const back = await server.as("ann").get(`/inputs/${input.id}`);
    expect(new Uint8Array(await back.arrayBuffer())).toEqual(image);
  });

  it("stores the bytes under an unguessable key", async () => {
    const keys: string[] = [];
    const storage = memoryStorage();
    const put: typeof storage.put = (key, ...rest) => {
      keys.push(key);
      return storage.put(key, ...rest);
    };
    const server = await testServer({ storage: { ...storage, put } });
    await uploaded(server);
    await uploaded(server);
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{32}\/0-[0-9a-f]{64}$/), expect.any(String)]);
    expect(keys[0]).not.toBe(keys[1]);
  });

  it("applies the rate limit per owner", async () => {
    const server = await testServer({ limits: { uploads: { requests: 2, perMs: 60_000 } } });
    await uploaded(server);
    await uploaded(server);
    const refused = await upload(server, "ann");
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("60");
    expect((await problemOf(refused)).code).toBe("rate_limited");
    await uploaded(server, "bob");
    server.clock.skip(60_000);
    await uploaded(server);
  });

  it("reads no byte of an upload above the rate limit, of any content type", async () => {
    const server = await testServer({ limits: { uploads: { requests: 1, perMs: 60_000 } } });
    let chunks = 0;
    const send = (contentType = "image/png") => {
      const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
        chunks += 1;
        controller.enqueue(image);
        controller.close();
      };
      const body = new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 });
      // The browser's types lack the option that a streamed body needs.
      const init = { body, duplex: "half", headers: { "content-type": contentType } } as RequestInit;
      return upload(server, "ann", init);
    };
    expect((await send()).status).toBe(201);
    expect(chunks).toBe(1);
    const refused = [await send(), await send("text/html"), await send("multipart/form-data; boundary=x")];
    expect(refused.map(({ status }) => status)).toEqual([429, 429, 429]);
    expect(refused.map(({ headers }) => headers.get("retry-after"))).toEqual(["60", "60", "60"]);
    expect(chunks).toBe(1);
    server.clock.skip(60_000);
    expect((await send()).status).toBe(201);
  });

  it("counts no upload that the storage has refused, and deletes bytes that it stored later", async () => {
    const storage = memoryStorage();
    const keys: string[] = [];
    let isDown = true;
    const put: typeof storage.put = async (key, ...given) => {
      // The response of the storage is lost.
      await storage.put(key, ...given);
      keys.push(key);
      if (isDown) throw new Error("503 SlowDown");
    };
    const server = await testServer({
      storage: { ...storage, put },
      limits: {
        maxInputImageBytes: 4_096,
        maxInputBytesPerOwner: 4_096 + image.byteLength,
        uploads: { requests: 1, perMs: 60_000 },
      },
    });
    for (let attempt = 0; attempt < 70; attempt += 1) {
      const response = await upload(server, "ann");
      expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
      expect(await problemOf(response)).toMatchObject({
        code: "unavailable",
        detail: "The storage could not store the file: send it again.",
        retryable: true,
      });
    }
    expect(server.logs.every(({ level }) => level === "warn")).toBe(true);
    isDown = false;
    const { id } = await uploaded(server);
    server.clock.skip(10 * 60_000);
    for (let round = 0; round < 10; round += 1) await server.safelight.worker.tick();
    const stored = await Promise.all(keys.map((key) => storage.get(key)));
    expect(stored.filter((object) => object !== null)).toHaveLength(1);
    expect((await server.as("ann").get(`/inputs/${id}`)).status).toBe(200);
  });

  it("fails after two minutes when the storage hangs", async () => {
    let tellReached = (): void => undefined;
    const reached = new Promise<void>((resolve) => {
      tellReached = resolve;
    });
    const put = (_key: string, _body: Blob, { signal }: { readonly signal?: AbortSignal }): Promise<never> =>
      new Promise((_, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
        tellReached();
      });
    const server = await testServer({ storage: { ...memoryStorage(), put } });
    const uploading = upload(server, "ann");
    await reached;
    await server.clock.advance(120_000);
    expect((await uploading).status).toBe(503);
  });

  it("removes bytes that arrive after the owner was deleted", async () => {
    const storage = memoryStorage();
    const keys: string[] = [];
    const server: Server = await testServer({
      storage: {
        ...storage,
        put: async (key, ...rest) => {
          keys.push(key);
          await server.safelight.api.deleteOwner({ ownerId: "ann" });
          return storage.put(key, ...rest);
        },
      },
    });
    expect((await upload(server, "ann")).status).toBe(404);
    expect(await storage.get(keys[0] ?? "")).toBeNull();
  });
});

describe("GET /inputs/:id", () => {
  it("serves the bytes to their owner, with headers that allow display only", async () => {
    const server = await testServer();
    const { id } = await uploaded(server);
    const response = await server.as("ann").get(`/inputs/${id}`);
    expect(response.status).toBe(200);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(image);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "image/png",
      "content-disposition": "inline",
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
      etag: expect.stringMatching(/^"[0-9a-f]{64}"$/),
    });
  });

  it("serves them to the holder of the signed URL, for at most 15 minutes", async () => {
    const server = await testServer();
    const { url } = await uploaded(server);
    const response = await server.request(null, below(url));
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(image);
    server.clock.skip(15 * 60_000);
    expect((await server.request(null, below(url))).status).toBe(401);
  });

  it("rejects that signature for any other target", async () => {
    const server = await testServer();
    const { id, url } = await uploaded(server);
    const other = await uploaded(server);
    const [, query = ""] = url.split("?");
    for (const path of [
      `/inputs/${other.id}?${query}`,
      `/inputs/${id}?${query.replace(/expires=\d+/, "expires=99999999999")}`,
    ]) {
      expect([path, (await server.request(null, path)).status]).toEqual([path, 401]);
    }
  });

  it("responds 404 to another owner, and 401 without a caller", async () => {
    const server = await testServer();
    const { id } = await uploaded(server);
    const responses = await Promise.all(
      [id, unknownId].map(async (one) => {
        const { requestId: _, ...problem } = await problemOf(await server.as("eve").get(`/inputs/${one}`));
        return problem;
      }),
    );
    expect(responses[0]).toEqual(responses[1]);
    expect(responses[0]).toMatchObject({ status: 404, code: "not_found" });
    expect((await server.request(null, `/inputs/${id}`)).status).toBe(401);
  });

  it("rejects a malformed id", async () => {
    const server = await testServer();
    const { id } = await uploaded(server);
    for (const word of ["inp_", id.toUpperCase(), `${id}0`, "..%2f", "cancel", "preview", id.replace("inp", "gen")]) {
      expect([word, (await server.as("ann").get(`/inputs/${word}`)).status]).toEqual([word, 404]);
    }
    // A path that does not exist needs no authentication.
    expect((await server.request(null, "/inputs/cancel")).status).toBe(404);
    expect((await server.as("ann").post(`/inputs/${id}`)).status).toBe(405);
  });

  it("redirects to a storage that serves the bytes itself", async () => {
    const server = await testServer({
      storage: { ...memoryStorage(), signedUrl: async (key) => `https://storage.example/${key}` },
    });
    const { id } = await uploaded(server);
    const response = await server.as("ann").get(`/inputs/${id}`);
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toMatch(/^https:\/\/storage\.example\/[0-9a-f]{32}\/0-[0-9a-f]{64}$/);
  });

  it("moves with a transfer of its owner, and is erased with its owner", async () => {
    const server = await testServer();
    const { id, url } = await uploaded(server, "guest");
    await server.safelight.api.transferOwner({ from: "guest", to: "ann", credits: "leave" });
    expect((await server.as("ann").get(`/inputs/${id}`)).status).toBe(200);
    expect((await server.as("guest").get(`/inputs/${id}`)).status).toBe(404);
    await server.safelight.api.deleteOwner({ ownerId: "ann" });
    expect((await server.request(null, below(url))).status).toBe(404);
  });
});
