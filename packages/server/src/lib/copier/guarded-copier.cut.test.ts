import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { guardedCopier } from "./guarded-copier.js";

/** Sends half of an image without a declared length, then runs `then`. */
async function halfAPicture(then: (socket: Socket) => void): Promise<string> {
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

function copy(origin: string, signal = new AbortController().signal) {
  const request = { url: `${origin}/a.png`, hosts: [origin], maxBytes: 10_000_000, signal };
  return guardedCopier({ idleMs: 300 }).copy(request);
}

describe("a body without a length is not whole", () => {
  it("when its connection is reset", async () => {
    const origin = await halfAPicture((socket) => setTimeout(() => socket.resetAndDestroy(), 100));
    await expect(copy(origin)).rejects.toThrow("ECONNRESET");
  });

  it("when nothing more of it comes", async () => {
    await expect(copy(await halfAPicture(() => undefined))).rejects.toThrow("300 ms");
  });

  it("when nobody waits for it any more", async () => {
    const leaving = new AbortController();
    const origin = await halfAPicture(() => setTimeout(() => leaving.abort(new Error("lost the lease")), 100));
    await expect(copy(origin, leaving.signal)).rejects.toThrow("lost the lease");
  });

  it("and is, when its connection ends as it should", async () => {
    const outcome = await copy(await halfAPicture((socket) => socket.end()));
    expect(outcome.type).toBe("copied");
    if (outcome.type === "copied") expect(outcome.body.size).toBe(2_000_000);
  });
});
