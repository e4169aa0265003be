import { describe, expect, it } from "vitest";
import { inOneChunkObject } from "../../../../testing/fakes/one-chunk-object.js";
import { problemOf, testServer } from "../../../../testing/test-server.js";

const body = JSON.stringify({ model: "flux", input: { prompt: "x" } });
const limits = { maxBodyBytes: 1_000 };

/** A body of unknown length, sent in chunks. */
function chunked(byteLength: number, chunk = 100): { readonly stream: ReadableStream<Uint8Array>; read(): number } {
  let given = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (given >= byteLength) return controller.close();
      given += chunk;
      controller.enqueue(new Uint8Array(chunk).fill(0x20));
    },
  });
  return { stream, read: () => given };
}

/** A request whose body is sent in chunks. */
function streaming(stream: ReadableStream<Uint8Array>, headers: Record<string, string>): RequestInit {
  // The browser's `RequestInit` type lacks `duplex`, which a streamed body needs.
  const init = { method: "POST", body: stream, duplex: "half" };
  return { ...init, headers: { "content-type": "application/json", ...headers } };
}

/** A request as `@hono/node-server` makes it: it holds what Node gave it. */
function holding(incoming: unknown, init: RequestInit): Request {
  return Object.assign(new Request("http://localhost/api/generations", init), { [Symbol("incoming")]: incoming });
}

describe("a request body", () => {
  it.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp", ""])(
    "of type %j is refused on every route with a body",
    async (type) => {
      const server = await testServer();
      const { id } = await server.as("ann").submit();
      for (const path of ["", "/seen", `/${id}/retry`, `/${id}/cancel`]) {
        const response = await server.as("ann").post(path, body, { "content-type": type });
        expect(response.status).toBe(415);
        expect((await problemOf(response)).code).toBe("unsupported_media_type");
      }
    },
  );

  it.each(["application/json", "application/json; charset=utf-8", "Application/JSON"])(
    "of type %s is accepted",
    async (type) => {
      const server = await testServer();
      expect((await server.as("ann").post("", body, { "content-type": type })).status).toBe(202);
    },
  );

  it("is not decompressed: any encoding is refused", async () => {
    const ann = (await testServer()).as("ann");
    for (const encoding of ["gzip", "br", "identity, gzip"]) {
      const response = await ann.post("", body, { "content-encoding": encoding });
      expect([encoding, response.status]).toEqual([encoding, 415]);
    }
    expect((await ann.post("", body, { "content-encoding": "Identity" })).status).toBe(202);
  });

  it("without a type is refused", async () => {
    const server = await testServer();
    const bytes = new TextEncoder().encode(body);
    const response = await server.request("ann", "", { method: "POST", body: bytes });
    expect(response.status).toBe(415);
  });

  it("may be as long as the limit, and no longer", async () => {
    const ann = (await testServer({ limits })).as("ann");
    expect((await ann.post("", body.padEnd(1_000))).status).toBe(202);
    const response = await ann.post("", body.padEnd(1_001));
    expect(response.status).toBe(413);
    expect((await problemOf(response)).code).toBe("payload_too_large");
  });

  it("is counted for a missing or false Content-Length", async () => {
    const server = await testServer({ limits });
    for (const length of [undefined, "10"]) {
      const { stream, read } = chunked(1_000_000);
      const headers = length === undefined ? {} : { "content-length": length };
      const response = await server.request("ann", "", streaming(stream, headers));
      expect(response.status).toBe(413);
      expect(read()).toBeLessThan(2_000);
    }
  });

  it.each([{ httpVersion: "2.0" }, { httpVersion: null }, null, "incoming"])(
    "is counted unless Node's HTTP/1 parser has counted it: %j has not",
    async (incoming) => {
      const { safelight } = await testServer({ limits });
      const { stream, read } = chunked(1_000_000);
      const request = holding(incoming, streaming(stream, { "content-length": "10", authorization: "Bearer ann" }));
      expect((await safelight.handler(request, { incoming })).status).toBe(413);
      expect(read()).toBeLessThan(2_000);
    },
  );

  it("is counted if a middleware of the host has created another request from the parser's", async () => {
    const { safelight } = await testServer({ limits });
    const incoming = { httpVersion: "1.1" };
    const { stream, read } = chunked(1_000_000);
    const request = holding(incoming, streaming(stream, { "content-length": "10", authorization: "Bearer ann" }));
    expect((await safelight.handler(new Request(request), { incoming })).status).toBe(413);
    expect(read()).toBeLessThan(2_000);
  });

  it.each([
    { "content-length": "10", "transfer-encoding": "chunked" },
    { "content-length": "-10" },
    { "content-length": "10, 10" },
  ])("is counted for a length that a lenient parser may not enforce: %j", async (sent) => {
    const { safelight } = await testServer({ limits });
    const incoming = { httpVersion: "1.1" };
    const { stream, read } = chunked(1_000_000);
    const init = streaming(stream, { ...sent, authorization: "Bearer ann" });
    const request = holding(incoming, { ...init, headers: { ...init.headers } });
    expect((await safelight.handler(request, { incoming })).status).toBe(413);
    expect(read()).toBeLessThan(2_000);
  });

  it("is refused although a parser accepted it", async () => {
    const { safelight } = await testServer({ limits });
    const incoming = { httpVersion: "1.1" };
    const { stream } = chunked(1_100);
    const request = holding(incoming, streaming(stream, { "content-length": "10", authorization: "Bearer ann" }));
    expect((await safelight.handler(request, { incoming })).status).toBe(413);
  });

  it("is not read if its stated length is too long", async () => {
    const server = await testServer({ limits });
    const { stream, read } = chunked(1_000_000);
    const response = await server.request("ann", "", streaming(stream, { "content-length": "1001" }));
    expect(response.status).toBe(413);
    expect(read()).toBeLessThanOrEqual(200);
  });

  it("is copied as it arrives, because a list of small chunks costs hundreds of bytes for each", async () => {
    const server = await testServer();
    const stream = inOneChunkObject(new TextEncoder().encode(body));
    const response = await server.request("ann", "", streaming(stream, {}));
    expect(response.status).toBe(202);
  });

  it("may have 10,000 small chunks, and no more", async () => {
    const server = await testServer();
    for (const [chunks, status] of [
      [10_000, 202],
      [10_001, 400],
    ] as const) {
      const stream = inOneChunkObject(new TextEncoder().encode(body.padEnd(chunks)));
      const response = await server.request("ann", "", streaming(stream, {}));
      expect(response.status).toBe(status);
      expect(response.headers.get("connection")).toBe(status === 400 ? "close" : null);
      if (status === 400) expect((await problemOf(response)).detail).toMatch(/send larger chunks/);
    }
  });

  it("is required where one is needed", async () => {
    const ann = (await testServer()).as("ann");
    for (const path of ["", "/seen"]) expect((await problemOf(await ann.post(path))).code).toBe("malformed_request");
  });
});
