import { once } from "node:events";
import { connect } from "node:net";
import { serve } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { describe, expect, it, onTestFinished } from "vitest";
import { webhookCall } from "../../../../testing/fakes/webhook-vendor.js";
import { problemOf, type TestServer, type testModels, testServer } from "../../../../testing/test-server.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { scripted, sent } from "../../../../testing/webhook-scene.js";

const headers = { authorization: "Bearer ann", "content-type": "application/json" };
const body = JSON.stringify({ model: "flux", input: { prompt: "x" } });

/** A host whose middleware handles every request before the router. */
function hostOf(
  { safelight }: Pick<TestServer<typeof testModels>, "safelight">,
  read: (c: Context) => Promise<unknown>,
): Hono {
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
    expect((await server.request("ann", "", init)).status).toBe(200);
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

describe("an image or a webhook that the host has read", () => {
  const exact = {
    arrayBuffer: (c: Context) => c.req.arrayBuffer(),
    blob: (c: Context) => c.req.blob(),
    "arrayBuffer, then text": async (c: Context) => [await c.req.arrayBuffer(), await c.req.text()],
    "arrayBuffer, then blob": async (c: Context) => [await c.req.arrayBuffer(), await c.req.blob()],
    "text of a clone": (c: Context) => c.req.raw.clone().text(),
  };
  const inexact = {
    text: (c: Context) => c.req.text(),
    "text, then arrayBuffer": async (c: Context) => [await c.req.text(), await c.req.arrayBuffer()],
  };
  const forms = {
    formData: (c: Context) => c.req.formData(),
    "formData, then arrayBuffer": async (c: Context) => [await c.req.formData(), await c.req.arrayBuffer()],
  };
  const image = {
    method: "POST",
    body: new Uint8Array(tinyPng()),
    headers: { ...headers, "content-type": "image/png" },
  };
  const uploadTo = (server: TestServer<typeof testModels>, read: (c: Context) => Promise<unknown>, init: RequestInit) =>
    hostOf(server, read).request("http://localhost/api/generations/inputs", init);
  const deliverTo = async (read: (c: Context) => Promise<unknown>) => {
    const { server, url, job } = await sent(scripted());
    const { path, init } = await webhookCall(url, job, { timestamp: server.clock.now() });
    return hostOf(server, read).request(`http://localhost/api/generations${path}`, init);
  };

  it.each(Object.entries(exact))("with %s is read from its exact bytes", async (_, read) => {
    expect((await uploadTo(await testServer(), read, image)).status).toBe(201);
    expect((await deliverTo(read)).status).toBe(200);
  });

  it.each(Object.entries(inexact))("with %s is refused with the cause: text is not exact", async (_, read) => {
    for (const response of [await uploadTo(await testServer(), read, image), await deliverTo(read)]) {
      expect(response.status).toBe(500);
      expect((await problemOf(response)).detail).toMatch(/host has read the body .*arrayBuffer\(\)/);
    }
  });

  const uploadForm = async (read: (c: Context) => Promise<unknown>) => {
    const form = new FormData();
    form.append("file", new Blob([image.body], { type: "image/png" }), "x.png");
    const { authorization } = headers;
    return uploadTo(await testServer(), read, { method: "POST", body: form, headers: { authorization } });
  };

  it.each(Object.entries(forms))("as a form, with %s, is refused with the cause", async (_, read) => {
    const response = await uploadForm(read);
    expect(response.status).toBe(500);
    expect((await problemOf(response)).detail).toMatch(/host has read the body .*arrayBuffer\(\)/);
  });

  it.each(Object.entries({ ...exact, parseBody: (c: Context) => c.req.parseBody() }))(
    "as a form, with %s, is read from its exact bytes",
    async (_, read) => {
      expect((await uploadForm(read)).status).toBe(201);
    },
  );
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
    const response = await server.request("ann", "", init);
    expect((await problemOf(response)).code).toBe("malformed_request");
    expect(server.logs).toEqual([]);
  });
});

/** A host behind a real socket. */
async function listening(host: Hono) {
  const listener = serve({ fetch: host.fetch, hostname: "127.0.0.1", port: 0, overrideGlobalObjects: false });
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
