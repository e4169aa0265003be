import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { guardedCopier } from "./guarded-copier.js";

/** Sends half of an image without a declared length, then runs `then`. */
async function serveHalfAnImage(then: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nConnection: close\r\n\r\n");
      socket.write(Buffer.alloc(2_000_000), () => then(socket));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === "object" ? `http://127.0.0.1:${address?.port}` : "";
}

function copy(origin: string, options: { signal?: AbortSignal; idleMs?: number } = {}) {
  const { signal = new AbortController().signal, idleMs = 30_000 } = options;
  return guardedCopier({ idleMs }).copy({ url: `${origin}/a.png`, hosts: [origin], maxBytes: 10_000_000, signal });
}

describe("a body without a length", () => {
  it("is truncated when its connection is reset", async () => {
    const origin = await serveHalfAnImage((socket) => setTimeout(() => socket.resetAndDestroy(), 100));
    await expect(copy(origin)).rejects.toThrow("ECONNRESET");
  });

  it("is truncated when no more data arrives in time", async () => {
    await expect(copy(await serveHalfAnImage(() => undefined), { idleMs: 300 })).rejects.toThrow("300 ms");
  });

  it("is truncated when its request is aborted", async () => {
    const stop = new AbortController();
    const origin = await serveHalfAnImage(() => setTimeout(() => stop.abort(new Error("lost the lease")), 100));
    await expect(copy(origin, { signal: stop.signal })).rejects.toThrow("lost the lease");
  });

  it("is complete when its connection ends normally", async () => {
    const outcome = await copy(await serveHalfAnImage((socket) => socket.end()));
    expect(outcome.type).toBe("copied");
    if (outcome.type === "copied") expect(outcome.body.size).toBe(2_000_000);
  });
});
