import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** A request that awaits its response. */
interface HttpRequest {
  readonly method: string | undefined;
  /** Path and query, below the mount path. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  readonly response: ServerResponse;
  /** Responds with JSON. */
  json(body: unknown): void;
  /** Starts a stream of server-sent events. */
  stream(text: string): void;
}

/** A server on a free port, over real HTTP and without automatic responses, until the test finishes. */
export async function httpServer(): Promise<{ readonly origin: string; next(): Promise<HttpRequest> }> {
  const arrived: HttpRequest[] = [];
  const takers: ((request: HttpRequest) => void)[] = [];
  const server = createServer(async (incoming, response) => {
    const { method, url = "", headers } = incoming;
    const request: HttpRequest = {
      method,
      path: url.replace("/api/generations", ""),
      headers,
      body: await text(incoming),
      response,
      json: (body) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body)),
      stream: (start) => response.writeHead(200, { "content-type": "text/event-stream" }).write(start),
    };
    const taker = takers.shift();
    if (taker === undefined) arrived.push(request);
    else taker(request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  // A server on a port has an address of this shape.
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    next: () => {
      const request = arrived.shift();
      return request === undefined ? new Promise((taker) => takers.push(taker)) : Promise.resolve(request);
    },
  };
}
