import { once } from "node:events";
import { createServer, get } from "node:http";
import { constants, createServer as createHttp2Server, connect as openSession } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { expect, it, onTestFinished, vi } from "vitest";
import { testServer } from "../../../../testing/test-server.js";
import { toNodeHandler } from "./node-handler.js";

/** A server with an output whose read breaks off after the first chunk. */
async function withBrokenOutput() {
  const server = await testServer();
  const { id } = await server.as("ann").submit();
  await server.as("ann").finish(id);
  server.storage.get = async () => {
    let hasSent = false;
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
      if (hasSent) throw new Error("EIO");
      controller.enqueue(new Uint8Array(100_000));
      hasSent = true;
    };
    return { byteLength: 200_000, body: new ReadableStream({ pull }, { highWaterMark: 0 }) };
  };
  const printed = [vi.spyOn(console, "error"), vi.spyOn(console, "info")].map((spy) => spy.mockReturnValue());
  onTestFinished(() => {
    for (const spy of printed) spy.mockRestore();
  });
  const expectLoggedOnce = async (): Promise<void> => {
    await expect.poll(() => server.logs.filter(({ level }) => level === "error")).toHaveLength(1);
    expect(server.logs.at(-1)?.fields).toEqual({ event: "media.cut", storage: "memory", error: "Error: EIO" });
    for (const spy of printed) expect(spy).not.toHaveBeenCalled();
  };
  return { server, path: `/api/generations/${id}/outputs/0`, expectLoggedOnce };
}

async function portOf(host: Server): Promise<number> {
  host.listen(0, "127.0.0.1");
  await once(host, "listening");
  onTestFinished(async () => {
    host.close();
    await once(host, "close");
  });
  // A TCP server's address is an object.
  return (host.address() as AddressInfo).port;
}

const headers = { authorization: "Bearer ann" };

it("breaks off an HTTP/1.1 response whose file cannot be read to its end, and logs that once", async () => {
  const { server, path, expectLoggedOnce } = await withBrokenOutput();
  const port = await portOf(createServer(toNodeHandler(server.safelight)));
  const failed = new Promise<Error>((resolve) => {
    get({ port, host: "127.0.0.1", path, headers }, (response) => {
      response.on("error", resolve);
      response.resume();
    }).on("error", resolve);
  });
  expect(await failed).toMatchObject({ code: "ECONNRESET" });
  await expectLoggedOnce();
});

it("resets an HTTP/2 stream whose file cannot be read to its end, and logs that once", async () => {
  const { server, path, expectLoggedOnce } = await withBrokenOutput();
  const handler = toNodeHandler(server.safelight);
  // The compatible API of HTTP/2 has other types than that of HTTP/1.1.
  const port = await portOf(createHttp2Server((request, response) => handler(request as never, response as never)));
  const session = openSession(`http://127.0.0.1:${port}`);
  onTestFinished(() => session.destroy());
  const stream = session.request({ ":path": path, ...headers });
  stream.on("error", () => undefined).resume();
  await new Promise((resolve) => stream.once("close", resolve));
  expect(stream.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR);
  await expectLoggedOnce();
});
