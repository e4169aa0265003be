import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { testServer } from "../../../../testing/test-server.js";
import { toNodeHandler } from "./node-handler.js";

it("responds to HTTP/1.0 without a Host header, and accepts no origin for it", async () => {
  const { safelight } = await testServer();
  const server = createServer(toNodeHandler(safelight)).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const statusOf = async (...lines: readonly string[]) => {
    const socket = connect(port, "127.0.0.1").setEncoding("utf8");
    socket.write([...lines, "", ""].join("\r\n"));
    return (await socket.toArray()).join("").split("\r\n")[0];
  };
  expect(await statusOf("GET /api/generations/health HTTP/1.0")).toBe("HTTP/1.1 200 OK");
  const submit = ["POST /api/generations HTTP/1.0", "authorization: Bearer ann", "content-length: 0"];
  for (const origin of ["http://localhost", `http://localhost:${port}`, "http://127.0.0.1", "null"]) {
    expect([origin, await statusOf(...submit, `origin: ${origin}`)]).toEqual([origin, "HTTP/1.1 403 Forbidden"]);
  }
});
