import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, it, onTestFinished, vi } from "vitest";
import { type TestServer, type testModels, testServer } from "../../../../testing/test-server.js";
import { toNodeHandler } from "./node-handler.js";

/** Serves HTTP/1.1 on a free port. */
async function listening({ safelight }: TestServer<typeof testModels>): Promise<{ host: Server; port: number }> {
  const host = createServer(toNodeHandler(safelight));
  host.listen(0, "127.0.0.1");
  await once(host, "listening");
  onTestFinished(async () => {
    host.closeAllConnections();
    host.close();
    await once(host, "close");
  });
  // A TCP server's address is an object.
  return { host, port: (host.address() as AddressInfo).port };
}

/** Sends the request of a list, and reads nothing. */
function requestUnread(owner: string, port: number) {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.pause();
  socket.write(`GET /api/generations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${owner}\r\n\r\n`);
  return socket;
}

it("closes the connection of a client that does not read a list, and then reads the owner's next list", async () => {
  const server = await testServer();
  await server.as("ann").submit();
  // 40 MB, which is more than the buffers of the system.
  const list = server.store.list.bind(server.store);
  const prompt = "x".repeat(1_000_000);
  const listing = vi.spyOn(server.store, "list").mockImplementation(async (query) => {
    const page = await list(query);
    const [first] = page.generations;
    if (first === undefined) throw new Error("There is no generation.");
    return { ...page, generations: Array.from({ length: 40 }, () => ({ ...first, input: { prompt } })) };
  });
  const { port } = await listening(server);
  const socket = requestUnread("ann", port);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  await expect.poll(() => server.clock.pending()).toContain(120_000);
  await server.clock.advance(120_000);
  socket.resume();
  await closed;
  expect(server.clock.pending()).not.toContain(120_000);
  listing.mockRestore();
  const { status } = await fetch(`http://127.0.0.1:${port}/api/generations`, {
    headers: { authorization: "Bearer ann" },
  });
  expect(status).toBe(200);
});

it("reads the lists of other owners while 64 connections read nothing, and closes the oldest beyond 128 MiB", async () => {
  const server = await testServer();
  const { id } = await server.as("zoe").submit();
  const generation = await server.store.get({ id, ownerId: "zoe" });
  if (generation === null) throw new Error("There is no generation.");
  // Lists of 4 MB, more than the buffers of the system for a client that reads nothing.
  const large = { ...generation, input: { prompt: "x".repeat(4_000_000) } };
  const list = server.store.list.bind(server.store);
  vi.spyOn(server.store, "list").mockImplementation(async (query) => {
    const page = await list(query);
    return query.ownerId === "zoe" ? page : { ...page, generations: [large] };
  });
  const { host, port } = await listening(server);
  let requests = 0;
  let open = 0;
  host.on("connection", (socket) => {
    open += 1;
    socket.once("close", () => {
      open -= 1;
    });
  });
  host.on("request", () => {
    requests += 1;
  });
  const sockets = Array.from({ length: 64 }, (_, index) => requestUnread(`guest-${index % 8}`, port));
  await expect.poll(() => requests).toBe(64);
  for (const path of ["", "/active"]) {
    const url = `http://127.0.0.1:${port}/api/generations${path}`;
    const response = await fetch(url, { headers: { authorization: "Bearer zoe", connection: "close" } });
    expect(response.status).toBe(200);
    await response.arrayBuffer();
  }
  // 33 lists of 4 MB fit.
  await expect.poll(() => open).toBe(33);
  for (const socket of sockets) socket.destroy();
  await expect.poll(() => server.clock.pending()).not.toContain(120_000);
});
