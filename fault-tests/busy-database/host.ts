import { once } from "node:events";
import { serve } from "@hono/node-server";

/** Serves a handler on loopback, over real HTTP. */
export async function startHost(
  handler: (request: Request) => Promise<Response>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = serve({ fetch: (request) => handler(request), port: 0, hostname: "127.0.0.1" });
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no TCP address.");
  return {
    url: `http://127.0.0.1:${address.port}/api/generations`,
    async close() {
      if ("closeAllConnections" in server) server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
