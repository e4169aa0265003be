import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ConnectionLost, type FakeVendor } from "./fake-vendor.js";

/** A fake vendor that listens on a local port. */
export interface ServedVendor {
  /** Such as `http://127.0.0.1:49152`, without a trailing slash. */
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves a fake vendor on a local port. `ConnectionLost` destroys the socket. */
export async function serveVendor({ handle }: Pick<FakeVendor, "handle">): Promise<ServedVendor> {
  const server = createServer((incoming, outgoing) => {
    respond(handle, incoming, outgoing).catch((error: unknown) => {
      if (error instanceof ConnectionLost || outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(500).end(String(error));
    });
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

async function respond(
  handle: FakeVendor["handle"],
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const response = await handle(await toRequest(incoming));
  outgoing.writeHead(response.status, [...response.headers].flat());
  await send(response.body, outgoing);
}

/** Reads the whole body first, as a vendor does. */
async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const { headers, headersDistinct, method = "GET", url = "/" } = incoming;
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return new Request(`http://${headers.host}${url}`, {
    method,
    headers: Object.entries(headersDistinct).flatMap(([name, values = []]) =>
      values.map((value): [string, string] => [name, value]),
    ),
    ...(method !== "GET" && method !== "HEAD" && { body: Buffer.concat(chunks) }),
  });
}

/** Respects backpressure, and stops when the client disconnects. */
async function send(body: Response["body"], outgoing: ServerResponse): Promise<void> {
  const reader = body?.getReader();
  const left = new AbortController();
  outgoing.once("close", () => {
    left.abort();
    reader?.cancel().catch(() => {});
  });
  for (let next = await reader?.read(); next?.value !== undefined; next = await reader?.read()) {
    if (outgoing.destroyed) return reader?.cancel();
    if (outgoing.write(next.value)) continue;
    // Aborted when the client disconnects, which the next iteration detects.
    await once(outgoing, "drain", { signal: left.signal }).catch(() => {});
  }
  outgoing.end();
}
