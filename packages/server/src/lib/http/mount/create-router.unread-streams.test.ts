import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it, onTestFinished, vi } from "vitest";
import { EventListener } from "../../../../testing/event-listener.js";
import { testServer } from "../../../../testing/test-server.js";
import { toNodeHandler } from "./node-handler.js";

it("reads lists and snapshots while the clients of 64 streams read nothing", async () => {
  const server = await testServer();
  const streams: Response[] = [];
  for (let count = 0; count < 64; count += 1) streams.push(await server.as(`guest-${count % 8}`).get("/events"));
  for (const owner of ["zoe", "guest-0"]) {
    expect((await server.as(owner).get("/active")).status).toBe(200);
    const stream = new EventListener(await server.as(owner).get("/events"));
    expect(await stream.snapshot()).toMatchObject({ generations: [] });
    await stream.cancel();
  }
  await Promise.all(streams.map(({ body }) => body?.cancel()));
});

/** Bytes of the heap and of buffers, without garbage. */
function usedMemory(): { readonly heap: number; readonly buffers: number } {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return { heap: heapUsed, buffers: arrayBuffers };
}

it("keeps one copy of a snapshot that its client does not read, for a minute, on Node", async () => {
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
  let open = 0;
  host.on("connection", (socket) => {
    open += 1;
    socket.once("close", () => {
      open -= 1;
    });
  });
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
  expect(open).toBe(8);
  await server.clock.advance(60_000);
  await expect.poll(() => open).toBe(0);
  // The adapter would print the error of a body.
  expect(logged).not.toHaveBeenCalled();
});
