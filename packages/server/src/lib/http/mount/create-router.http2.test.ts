import { once } from "node:events";
import { createServer, type Http2ServerRequest, type Http2ServerResponse, connect as openSession } from "node:http2";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished, vi } from "vitest";
import { createGate } from "../../../../testing/fakes/gate.js";
import { testServer } from "../../../../testing/test-server.js";
import { toNodeHandler } from "./node-handler.js";

/** Serves HTTP/2 on a free port, and opens a session. */
async function connected(onRequest: (request: Http2ServerRequest, response: Http2ServerResponse) => void) {
  const host = createServer(onRequest);
  host.listen(0, "127.0.0.1");
  await once(host, "listening");
  // A TCP server's address is an object.
  const session = openSession(`http://127.0.0.1:${(host.address() as AddressInfo).port}`);
  onTestFinished(async () => {
    session.destroy();
    host.close();
    await once(host, "close");
  });
  return session;
}

it("releases the list slots of HTTP/2 streams that were reset during the read", async () => {
  const server = await testServer();
  await server.as("ann").submit();
  const list = server.store.list.bind(server.store);
  const gate = createGate();
  const listing = vi.spyOn(server.store, "list").mockImplementation(async (query) => {
    await gate.opened;
    return list(query);
  });
  const closed: Promise<unknown>[] = [];
  const handler = toNodeHandler(server.safelight);
  const session = await connected((request, response) => {
    closed.push(once(response, "close"));
    // The compatible API of HTTP/2 has other types than that of HTTP/1.1.
    handler(request as never, response as never);
  });
  const streams = Array.from({ length: 8 }, () =>
    session.request({ ":path": "/api/generations", authorization: "Bearer ann" }),
  );
  await vi.waitFor(() => expect(listing).toHaveBeenCalledTimes(8));
  for (const stream of streams) stream.close();
  await Promise.all(closed);
  gate.open();
  expect((await server.as("ann").get("/")).status).toBe(200);
  expect(server.clock.pending()).not.toContain(120_000);
});

it("does not handle a request whose HTTP/2 stream was reset before the handler", async () => {
  const { safelight } = await testServer();
  const handling = vi.fn(safelight.handler);
  const handler = toNodeHandler({ handler: handling });
  const arrived = createGate();
  const handled = createGate();
  const session = await connected(async (request, response) => {
    arrived.open();
    await once(response, "close");
    handler(request as never, response as never);
    handled.open();
  });
  const stream = session.request({ ":path": "/api/generations/active", authorization: "Bearer ann" });
  await arrived.opened;
  stream.close();
  await handled.opened;
  expect(handling).not.toHaveBeenCalled();
});
