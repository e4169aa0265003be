import { once } from "node:events";
import { connect } from "node:net";
import { serve } from "@hono/node-server";
import { describe, expect, it, onTestFinished } from "vitest";
import { testServer } from "../../../../testing/test-server.js";

/** A test server behind a real socket. */
async function listening(options: Parameters<typeof testServer>[0] = {}) {
  const server = await testServer(options);
  const listener = serve({
    fetch: server.safelight.handler,
    hostname: "127.0.0.1",
    port: 0,
    overrideGlobalObjects: false,
  });
  await once(listener, "listening");
  onTestFinished(async () => {
    listener.close();
    await once(listener, "close");
  });
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("The server listens on no port.");
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${address.port}/api/generations${path}`, {
      ...init,
      headers: { authorization: "Bearer ann", connection: "close", ...init.headers },
    });
  return { server, port: address.port, ask };
}

describe("over a real socket", () => {
  it("serves a generation from submit to output", async () => {
    const { server, ask } = await listening();
    const submitted = await ask("", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "flux", input: { prompt: "x" } }),
    });
    expect(submitted.status).toBe(202);
    const { generation } = await submitted.json();
    await server.as("ann").finish(generation.id);
    const path = `/${generation.id}/outputs/0`;
    const whole = new Uint8Array(await (await ask(path)).arrayBuffer());
    const part = await ask(path, { headers: { range: "bytes=0-7" } });
    expect(part.status).toBe(206);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(whole.slice(0, 8));
    const head = await ask(path, { method: "HEAD" });
    expect(head.headers.get("content-length")).toBe(String(whole.byteLength));
  });

  it("stops reading chunks at the cap", async () => {
    const { port } = await listening({ limits: { maxBodyBytes: 1_000 } });
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(
      "POST /api/generations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ann\r\nContent-Type: application/json\r\n" +
        "Transfer-Encoding: chunked\r\n\r\n",
    );
    // The request never ends: code that awaits the end of the body hangs.
    for (let chunk = 0; chunk < 3; chunk += 1) socket.write(`200\r\n${" ".repeat(512)}\r\n`);
    const [response] = await once(socket, "data");
    expect(String(response)).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  it("releases a long poll whose client has disconnected", async () => {
    const { server, ask } = await listening();
    await server.as("ann").get("/active");
    const abort = new AbortController();
    const waiting = ask("/active?after=0&wait=25", { signal: abort.signal });
    await expect.poll(() => server.clock.pending()).toEqual([25_000]);
    abort.abort();
    await expect(waiting).rejects.toThrow();
    await expect.poll(() => server.clock.pending()).toEqual([]);
  });
});
