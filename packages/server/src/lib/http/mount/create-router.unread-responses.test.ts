import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, it, onTestFinished, vi } from "vitest";
import { generationOf, testServer } from "../../../../testing/test-server.js";
import { toNodeHandler } from "./node-handler.js";

/** More than the buffers of the system for a client that reads nothing. */
const input = { prompt: "x".repeat(8_000_000) };

/** A record, a list of records, or a verdict with a record: each record gets the large input. */
function enlarged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(enlarged);
  if (typeof value !== "object" || value === null) return value;
  if ("generation" in value) return { ...value, generation: enlarged(value.generation) };
  return { ...value, input };
}

/** Serves HTTP/1.1 on a free port, with one ended generation. */
async function serving() {
  const server = await testServer();
  const ann = server.as("ann");
  const { id } = await generationOf(await ann.post("", JSON.parse(submission), { "idempotency-key": "a key" }));
  await ann.finish(id);
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
  /** Sends a request, reads nothing, and resolves when the server has closed the connection. */
  const requestUnread = async (line: string, body: string): Promise<void> => {
    const connection = once(host, "connection");
    const socket = connect(port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.on("error", () => undefined);
    socket.pause();
    const headers = [
      ...[
        "Host: x",
        "Authorization: Bearer ann",
        "Content-Type: application/json",
        `Idempotency-Key: ${line.includes("retry") ? "another" : "a"} key`,
      ],
      `Content-Length: ${body.length}`,
    ];
    socket.write(`${[`${line} HTTP/1.1`, ...headers].join("\r\n")}\r\n\r\n${body}`);
    const [served] = await connection;
    await new Promise((resolve) => served.once("close", resolve));
  };
  return { server, id, requestUnread };
}

const submission = JSON.stringify({ model: "flux", input: { prompt: "a red bicycle" } });

it.each([
  ["a claim of notices", "claimNotices", "POST /api/generations/notices/claim", '{"claim":"tab-1"}'],
  ["a read of one generation", "get", "GET /api/generations/:id", ""],
  ["a cancel", "requestCancel", "POST /api/generations/:id/cancel", ""],
  ["a retry", "submit", "POST /api/generations/:id/retry", ""],
  ["a replayed submit", "findSubmission", "POST /api/generations", submission],
] as const)(
  "closes the response to %s after two minutes if its client reads nothing",
  async (_, method, line, body) => {
    const { server, id, requestUnread } = await serving();
    const original: (...args: never) => Promise<unknown> = server.store[method].bind(server.store);
    const replaced: Record<typeof method, unknown> = server.store;
    replaced[method] = async (...args: never) => enlarged(await original(...args));
    const closed = requestUnread(line.replace(":id", id), body);
    await expect.poll(() => server.clock.pending()).toContain(120_000);
    await server.clock.advance(120_000);
    await closed;
    expect(server.clock.pending()).not.toContain(120_000);
  },
);

it("claims notices in at most 8 requests of one owner at once", async () => {
  const server = await testServer();
  let inProgress = 0;
  let maxInProgress = 0;
  const claim = server.store.claimNotices.bind(server.store);
  vi.spyOn(server.store, "claimNotices").mockImplementation(async (command) => {
    inProgress += 1;
    maxInProgress = Math.max(maxInProgress, inProgress);
    const records = await claim(command);
    inProgress -= 1;
    return records;
  });
  const ann = server.as("ann");
  const requests = Array.from({ length: 20 }, (_, index) => ann.post("/notices/claim", { claim: `tab-${index}` }));
  for (const response of await Promise.all(requests)) expect(response.status).toBe(200);
  expect(maxInProgress).toBe(8);
});
