import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parentPort, workerData } from "node:worker_threads";

/**
 * The server that an embedded replica is made from: exports one database file, and has nothing newer than that. In a
 * thread of its own, because a replica is opened without letting go of the thread that opens it.
 */
const path = String(workerData);
const server = createServer(({ url }, response) => {
  if (url === "/info") response.end(JSON.stringify({ current_generation: 1 }));
  else if (url === "/export/1") response.end(readFileSync(path));
  else response.writeHead(404).end();
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
// A TCP server's address is an object.
parentPort?.postMessage((server.address() as AddressInfo).port);
