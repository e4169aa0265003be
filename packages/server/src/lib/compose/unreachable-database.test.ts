import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "@libsql/client";
import type { Problem } from "@safelight/client/contract";
import { expect, it, onTestFinished } from "vitest";
import { testModels } from "../../../testing/test-server.js";
import type { Logger } from "../ports/logger.js";
import { memoryStorage } from "../storage/memory-storage.js";
import { libsqlClientStore } from "../store/libsql/libsql-client-store.js";
import { createSafelight } from "./create-safelight.js";

/** A server that refuses each request, like a database with a wrong token. */
async function refusingServer(): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(401).end("unauthorized"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  // The address of a TCP server is an object.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The address of a closed server. */
async function deadServer(): Promise<string> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // The address of a TCP server is an object.
  const { port } = server.address() as AddressInfo;
  server.close();
  return `http://127.0.0.1:${port}`;
}

it.each([
  ["with a wrong token", refusingServer, "401"],
  ["that is not running", deadServer, "ECONNREFUSED"],
])("reports the cause and a fix for a database %s", { timeout: 30_000 }, async (_database, start, cause) => {
  const lines: { readonly message: string; readonly error: unknown }[] = [];
  const warn: Logger["warn"] = (message, { error }) => lines.push({ message, error });
  const logger = { debug() {}, info() {}, warn, error() {} };
  const client = createClient({ url: await start(), authToken: "a wrong token" });
  onTestFinished(() => client.close());
  const safelight = createSafelight({
    store: await libsqlClientStore({ client }),
    storage: memoryStorage(),
    identify: () => "ann",
    models: testModels,
    secret: "a secret that is long enough for tests",
    logger,
  });
  onTestFinished(() => safelight.close());
  const response = await safelight.handler(new Request("http://localhost/api/generations/active"));
  expect(response.status).toBe(503);
  const problem: Problem = await response.json();
  expect(problem).toMatchObject({
    code: "unavailable",
    title: "Service unavailable",
    detail: "The database could not be reached. Send the same request again.",
  });
  const error = expect.stringMatching(/Could not reach the database .*: check its URL and token\./);
  expect(lines).toEqual([{ message: "Responded with 503.", error }]);
  expect(lines[0]?.error).toContain(cause);
  expect(lines[0]?.error).not.toContain("a wrong token");
});
