import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { problemOf, testServer } from "../../../../testing/test-server.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { toNodeHandler } from "./node-handler.js";

const image = new Uint8Array(tinyPng());
const mib = 1_048_576;

/** A request on its own socket. The test sends its body. */
interface SlowRequest {
  readonly socket: Socket;
  readonly closed: Promise<unknown>;
  /** All bytes that the server has sent. */
  readonly response: () => string;
}

async function listening(options: Parameters<typeof testServer>[0] = {}) {
  const server = await testServer(options);
  const host = createServer(toNodeHandler(server.safelight));
  // The host has no time limits of its own, like Fastify.
  Object.assign(host, { requestTimeout: 0, headersTimeout: 0, timeout: 0 });
  host.listen(0, "127.0.0.1");
  await once(host, "listening");
  onTestFinished(async () => {
    host.closeAllConnections();
    host.close();
    await once(host, "close");
  });
  const address = host.address();
  if (address === null || typeof address === "string") throw new Error("The server listens on no port.");
  const { port } = address;
  const send = (
    owner: string,
    path: string,
    { type, byteLength }: { type: string; byteLength: number },
  ): SlowRequest => {
    const socket = connect(port, "127.0.0.1");
    onTestFinished(() => {
      socket.destroy();
    });
    const closed = new Promise((resolve) => socket.once("close", resolve));
    let text = "";
    socket.on("error", () => undefined);
    socket.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    socket.write(
      `POST /api/generations${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${owner}\r\nContent-Type: ${type}\r\nContent-Length: ${byteLength}\r\n\r\n`,
    );
    return { socket, closed, response: () => text };
  };
  /** Number of bodies in progress, by the timers of their time limits. */
  const reading = (maxMs: number) => server.clock.pending().filter((ms) => ms === maxMs).length;
  return { server, send, reading };
}

const upload = { type: "image/png", byteLength: 25 * mib };
const json = { type: "application/json", byteLength: 100 };

describe("stalled uploads", () => {
  it("of a few owners leave room for others and end with 408 after 10 s", async () => {
    const { server, send, reading } = await listening();
    const stalled = ["mallory", "oscar", "trudy"].flatMap((owner) =>
      Array.from({ length: 10 }, () => send(owner, "/inputs", upload)),
    );
    // None has sent a byte of its body, so none holds its length.
    await expect.poll(() => reading(300_000)).toBe(30);
    const headers = { "content-type": "image/png" };
    const honest = await server.request("ann", "/inputs", { method: "POST", headers, body: image });
    expect(honest.status).toBe(201);
    await server.clock.advance(10_000);
    await Promise.all(stalled.map(({ closed }) => closed));
    for (const { response } of stalled) {
      expect(response()).toMatch(/^HTTP\/1\.1 408 /);
      expect(response()).toMatch(/^connection: close\r$/im);
      expect(response()).toContain('"code":"timeout"');
    }
    expect(reading(300_000)).toBe(0);
  });

  it("end with 408 when single bytes arrive", async () => {
    const { server, send, reading } = await listening();
    const { closed, response, socket } = send("mallory", "/inputs", upload);
    await expect.poll(() => reading(300_000)).toBe(1);
    socket.write("x");
    await server.clock.advance(9_999);
    expect(response()).toBe("");
    socket.write("x");
    await server.clock.advance(1);
    await closed;
    expect(response()).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe("stalled JSON bodies", () => {
  it.each([1, 99_999])("end with 408 after 10 s, whether %i bytes are missing", async (missing) => {
    const { server, send, reading } = await listening();
    const byteLength = missing + 1;
    const stalled = ["", "/seen", "/notices/claim", "/notices/confirm"].map((path) =>
      send("mallory", path, { ...json, byteLength }),
    );
    for (const { socket } of stalled) socket.write("{");
    await expect.poll(() => reading(30_000)).toBe(4);
    await server.clock.advance(10_000);
    await Promise.all(stalled.map(({ closed }) => closed));
    for (const { response } of stalled) expect(response()).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("end with 408 after 30 s at a steady rate", async () => {
    const server = await testServer();
    let body: ReadableStreamDefaultController<Uint8Array> | undefined;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        body = controller;
      },
    });
    const headers = { "content-type": "application/json" };
    // A streamed body requires `duplex`, which the DOM type lacks.
    const init = { method: "POST", body: stream, duplex: "half", headers };
    const response = server.request("ann", "", init);
    for (let seconds = 0; seconds < 30; seconds += 5) {
      body?.enqueue(new Uint8Array(10_240).fill(0x20));
      await server.clock.advance(5_000);
    }
    expect((await response).status).toBe(408);
    expect((await problemOf(await response)).detail).toBe("The body did not arrive within 30 s: send it again.");
  });

  it("have bounded memory: the next is refused until they end", async () => {
    const { server, send, reading } = await listening({ limits: { maxBodyBytes: 16 * mib } });
    const large = { ...json, byteLength: 16 * mib };
    const stalled = ["a", "b", "c", "d"].map((owner) => send(owner, "", large));
    await expect.poll(() => reading(30_000)).toBe(4);
    for (const { socket } of stalled) socket.write(new Uint8Array(16 * mib - 1));
    const refused = async () => {
      const response = await server.as("eve").post("", " ".repeat(1_000_000));
      return [response.status, response.headers.get("retry-after")];
    };
    await expect.poll(refused).toEqual([503, expect.stringMatching(/^([5-9]|1[0-5])$/)]);
    let ended = 0;
    for (const { closed } of stalled) void closed.then(() => (ended += 1));
    const advance = async () => {
      // The last bytes may arrive after the refusal, and restart the time limit.
      await server.clock.advance(10_000);
      return ended;
    };
    await expect.poll(advance).toBe(4);
    await server.as("eve").submit();
  });
});
