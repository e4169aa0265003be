import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ConnectionLost, type FakeVendor } from "./fake-vendor.js";

/** A fake vendor behind a real port of this machine. */
export interface ServedVendor {
  /** Such as `http://127.0.0.1:49152`, without a slash at the end. */
  readonly origin: string;
  close(): Promise<void>;
}

/** Puts a fake vendor behind a port; needs `@hono/node-server`. Where it loses a connection, the socket is really cut. */
export async function serveVendor({ handle }: Pick<FakeVendor, "handle">): Promise<ServedVendor> {
  // Not before it is needed: whoever wants something else of this entry may do without.
  const { getRequestListener } = await import("@hono/node-server");
  const server = createServer((incoming, outgoing) => {
    const listener = getRequestListener(
      async (request) => {
        try {
          return await handle(request);
        } catch (error) {
          if (!(error instanceof ConnectionLost)) throw error;
          outgoing.destroy();
          return new Response();
        }
      },
      { overrideGlobalObjects: false },
    );
    void listener(incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
