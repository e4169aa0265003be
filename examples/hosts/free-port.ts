import { once } from "node:events";
import { createServer } from "node:net";

/** A port that was free a moment ago, for a server that cannot select one. */
export async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return String(address.port);
}
