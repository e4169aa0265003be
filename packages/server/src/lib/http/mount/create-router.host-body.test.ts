import { once } from "node:events";
import { connect } from "node:net";
import { serve } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { describe, expect, it, onTestFinished } from "vitest";
import { problemOf, type TestServer, type testModels, testServer } from "../../../../testing/test-server.js";

const headers = { authorization: "Bearer ann", "content-type": "application/json" };
const body = JSON.stringify({ model: "flux", input: { prompt: "x" } });

/** A host whose middleware handles every request before the router. */
function hostOf({ safelight }: TestServer<typeof testModels>, read: (c: Context) => Promise<unknown>): Hono {
  const host = new Hono();
  host.use(async (c, next) => {
    await read(c);
    await next();
  });
  return host.route("/api/generations", safelight.app);
}

const readers = {
  json: (c: Context) => c.req.json(),
  text: (c: Context) => c.req.text(),
  arrayBuffer: (c: Context) => c.req.arrayBuffer(),
};

describe("a body that the host has read", () => {
  it.each(Object.entries(readers))("with c.req.%s() is read from Hono's cache", async (_, read) => {
    const server = await testServer();
    const init = { method: "POST", headers: { ...headers, "idempotency-key": "k1" }, body };
    const host = hostOf(server, read);
    expect((await host.request("/api/generations", init)).status).toBe(202);
    expect((await server.ask("ann", "", init)).status).toBe(200);
  });

  it("is held to the same limit", async () => {
    const host = hostOf(await testServer({ limits: { maxBodyBytes: 100 } }), readers.json);
    const response = await host.request("/api/generations", { method: "POST", headers, body: body.padEnd(101) });
    expect((await problemOf(response)).code).toBe("payload_too_large");
  });

  it.each(["json", "text"] as const)("with c.req.raw.%s() is refused with the cause", async (read) => {
    const server = await testServer();
    const host = hostOf(server, (c) => c.req.raw[read]());
    const response = await host.request("/api/generations", { method: "POST", headers, body });
    expect(response.status).toBe(500);
    expect((await problemOf(response)).detail).toMatch(/host has read the body .* clone/);
    expect(server.logs).toMatchObject([{ level: "error", fields: { error: expect.stringMatching(/ConsumedBody/) } }]);
  });

  it("through handler is refused with the same message", async () => {
    const { safelight } = await testServer();
    const request = new Request("http://localhost/api/generations", { method: "POST", headers, body });
    await request.text();
    expect((await problemOf(await safelight.handler(request))).detail).toMatch(/host has read the body/);
  });

  it("is read over a real socket too", async () => {
    const { ask } = await listening(hostOf(await testServer(), readers.json));
    expect((await ask({ method: "POST", headers, body })).status).toBe(202);
  });
});

describe("a client that disconnects in the middle of the body", () => {
  it("gets no response, is not charged, and causes no error log", async () => {
    const server = await testServer();
    let ended = 0;
    const host = new Hono();
    host.use(async (_, next) => {
      await next();
      ended += 1;
    });
    const { port } = await listening(host.route("/api/generations", server.safelight.app));
    const socket = connect(port, "127.0.0.1");
    socket.write(
      "POST /api/generations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ann\r\nContent-Type: application/json\r\n" +
        `Content-Length: 1000\r\n\r\n${body}`,
    );
    await once(socket, "ready");
    setImmediate(() => socket.destroy());
    await expect.poll(() => ended).toBe(1);
    expect(server.logs).toEqual([]);
    expect(await (await server.as("ann").get("/credits")).json()).toMatchObject({ balance: 100, entries: [] });
  });

  it("gets malformed_request if a response is still possible", async () => {
    const server = await testServer();
    const stream = new ReadableStream({
      start: (controller) => controller.error(new Error("gone")),
    });
    // The browser's `RequestInit` type lacks `duplex`, which a streamed body needs.
    const init = { method: "POST", headers, body: stream, duplex: "half" };
    const response = await server.ask("ann", "", init);
    expect((await problemOf(response)).code).toBe("malformed_request");
    expect(server.logs).toEqual([]);
  });
});

/** A host behind a real socket. */
async function listening(host: Hono) {
  const listener = serve({ fetch: host.fetch, hostname: "127.0.0.1", port: 0 });
  await once(listener, "listening");
  onTestFinished(async () => {
    listener.close();
    await once(listener, "close");
  });
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("The server listens on no port.");
  const { port } = address;
  const ask = (init: RequestInit): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/api/generations`, { ...init, headers: { ...init.headers, connection: "close" } });
  return { port, ask };
}
