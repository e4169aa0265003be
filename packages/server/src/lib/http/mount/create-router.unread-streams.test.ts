import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it, onTestFinished, vi } from "vitest";
import { EventListener } from "../../../../testing/event-listener.js";
import { problemOf, testServer } from "../../../../testing/test-server.js";
import { toNodeHandler } from "./node-handler.js";

it("counts the unread snapshots of streams as lists in progress", async () => {
  const server = await testServer();
  const streams: EventListener[] = [];
  for (let count = 0; count < 8; count += 1) streams.push(new EventListener(await server.as("ann").get("/events")));
  const read = vi.spyOn(server.store, "listActive");
  const refused = server.as("ann").get("/active");
  await expect.poll(() => server.clock.pending()).toContain(10_000);
  await server.clock.advance(10_000);
  expect(await problemOf(await refused)).toMatchObject({ code: "unavailable" });
  expect(read).not.toHaveBeenCalled();
  // The second frame is read once the reader has consumed the first one.
  await streams[0]?.snapshot();
  await streams[0]?.credits();
  expect((await server.as("ann").get("/active")).status).toBe(200);
  await Promise.all(streams.map((stream) => stream.cancel()));
});

/** Bytes of the heap and of buffers, without garbage. */
function usedMemory(): { readonly heap: number; readonly buffers: number } {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return { heap: heapUsed, buffers: arrayBuffers };
}

it("keeps one copy of a snapshot that its client does not read, for a minute, and holds its slot, on Node", async () => {
  const server = await testServer();
  await server.as("ann").submit();
  // Eight snapshots of 16 MB, which is more than the buffers of the system. A spy would keep its results.
  const { listActive } = server.store;
  let reads = 0;
  const readLarge: typeof listActive = async (query) => {
    const list = await listActive(query);
    const [first] = list.active;
    if (first === undefined) throw new Error("There is no generation.");
    reads += 1;
    const active = Array.from({ length: 16 }, (_, index) => ({
      ...first,
      input: { prompt: String(index % 10).repeat(1_000_000) },
    }));
    return { ...list, active };
  };
  Object.assign(server.store, { listActive: readLarge });
  const logged = vi.spyOn(console, "error").mockReturnValue();
  onTestFinished(() => logged.mockRestore());
  const host = createServer(toNodeHandler(server.safelight));
  host.listen(0, "127.0.0.1");
  await once(host, "listening");
  onTestFinished(async () => {
    host.closeAllConnections();
    host.close();
    await once(host, "close");
  });
  // A TCP server's address is an object.
  const { port } = host.address() as AddressInfo;
  const before = usedMemory();
  for (let count = 0; count < 8; count += 1) {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.pause();
    socket.write("GET /api/generations/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ann\r\n\r\n");
  }
  await expect.poll(() => server.clock.pending().filter((ms) => ms === 60_000)).toHaveLength(8);
  expect(reads).toBe(8);
  Object.assign(server.store, { listActive });
  await expect.poll(() => usedMemory().heap - before.heap).toBeLessThan(32_000_000);
  expect(usedMemory().buffers - before.buffers).toBeLessThan(160_000_000);
  const refused = server.as("ann").get("/active");
  await expect.poll(() => server.clock.pending()).toContain(10_000);
  await server.clock.advance(10_000);
  expect((await refused).status).toBe(503);
  await server.clock.advance(50_000);
  expect((await server.as("ann").get("/active")).status).toBe(200);
});
