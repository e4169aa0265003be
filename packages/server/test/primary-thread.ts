import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parentPort, workerData } from "node:worker_threads";

/**
 * The primary of an embedded replica: it exports one database file and has no newer frames. It runs in another thread,
 * because opening a replica blocks the thread that opens it.
 */
const path = String(workerData);
const server = createServer(({ url }, response) => {
  if (url === "/info") response.end(JSON.stringify({ current_generation: 1 }));
  else if (url === "/export/1") response.end(readFileSync(path));
  else response.writeHead(404).end();
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
// The address of a TCP server is an object.
parentPort?.postMessage((server.address() as AddressInfo).port);
