import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/**
 * Passes requests of Node's http server to a handler, and sends its responses. Refuses every other name than those of this
 * machine: a page whose name resolves to loopback could read the responses.
 */
export function requestListener(handle: (request: Request) => Promise<Response>): RequestListener {
  return (incoming, outgoing) => {
    void respond(handle, { incoming, outgoing }).catch(() => outgoing.destroy());
  };
}

async function respond(
  handle: (request: Request) => Promise<Response>,
  { incoming, outgoing }: { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse },
): Promise<void> {
  const { headers, method = "GET" } = incoming;
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(headers.host ?? "")) {
    outgoing.writeHead(403, { "Content-Type": "text/plain" }).end("Open the page as 127.0.0.1 or localhost.");
    return;
  }
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((text): [string, string] => [name, text]),
  );
  const hasBody = method !== "GET" && method !== "HEAD";
  // The cast is safe: both types are of the same web standard.
  const body = hasBody ? { body: Readable.toWeb(incoming) as ReadableStream<Uint8Array>, duplex: "half" } : {};
  const request = new Request(new URL(incoming.url ?? "/", `http://${headers.host}`), {
    method,
    headers: entries,
    ...body,
  });
  const response = await handle(request);
  outgoing.writeHead(response.status, [...response.headers].flat());
  if (response.body === null) outgoing.end();
  else await pipeline(response.body, outgoing);
}
