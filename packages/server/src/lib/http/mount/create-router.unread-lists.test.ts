import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, it, onTestFinished, vi } from "vitest";
import { testServer } from "../../../../testing/test-server.js";
import { toNodeHandler } from "./node-handler.js";

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
  const socket = connect(port, "127.0.0.1");
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.on("error", () => undefined);
  socket.pause();
  socket.write("GET /api/generations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ann\r\n\r\n");
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
