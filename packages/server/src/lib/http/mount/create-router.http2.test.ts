import { once } from "node:events";
import { createServer, connect as openSession } from "node:http2";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished, vi } from "vitest";
import { createGate } from "../../../../testing/fakes/gate.js";
import { testServer } from "../../../../testing/test-server.js";
import { toNodeHandler } from "./node-handler.js";

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
  const host = createServer((request, response) => {
    closed.push(once(response, "close"));
    // The compatible API of HTTP/2 has other types than that of HTTP/1.1.
    handler(request as never, response as never);
  });
  host.listen(0, "127.0.0.1");
  await once(host, "listening");
  // A TCP server's address is an object.
  const session = openSession(`http://127.0.0.1:${(host.address() as AddressInfo).port}`);
  onTestFinished(async () => {
    session.destroy();
    host.close();
    await once(host, "close");
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
