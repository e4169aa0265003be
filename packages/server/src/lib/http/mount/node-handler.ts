import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { isDestroyed } from "../request/node-response.js";
import type { MountedRouter } from "./mount-router.js";

/**
 * Handles a request of Node's http server. Never calls a `next`. Sends nothing if earlier middleware has sent a response.
 */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * A handler for `node:http`, and middleware for Express, Connect and Vite. Mount it at the server's `basePath`, before any
 * middleware that reads bodies, such as `express.json()`.
 *
 * The origin of a request is that of its `Host` header and its socket; `X-Forwarded-*` is ignored.
 *
 * @param safelight the result of `createSafelight`.
 */
export function toNodeHandler(safelight: Pick<MountedRouter, "handler">): NodeHandler {
  return (request, response) => {
    // The client has disconnected, or earlier middleware has sent a response, such as a timeout's 503.
    if (!isWritable(response)) return;
    // Express, Connect and Vite strip the mount path from `url`.
    if ("originalUrl" in request && typeof request.originalUrl === "string") request.url = request.originalUrl;
    let cancelBody = (): void => {};
    const listener = getRequestListener(
      async (...args) => {
        const result = await safelight.handler(...args);
        cancelBody = cancellationOf(result.body);
        return isWritable(response) ? result : RESPONSE_ALREADY_SENT;
      },
      // HTTP/1.0 needs no `Host`, and health checks of proxies send none. No page has an origin below `.invalid`.
      // By default the library replaces the global `Request` and `Response` of the process.
      { hostname: "host.invalid", overrideGlobalObjects: false },
    );
    void listener(request, response)
      // The adapter has logged the error. Its own 500 fails, too, if a wrapper of the host throws in `writeHead` or `end`.
      .catch(() => response.destroy())
      // Has no effect on a body that was sent completely.
      .finally(() => cancelBody());
  };
}

function isWritable(response: ServerResponse): boolean {
  return !isDestroyed(response) && !response.headersSent;
}

/**
 * The adapter does not cancel a body whose headers it could not send, but locks it: middleware may send its own response
 * while the adapter reads the first chunks. Only the adapter's own reader can cancel the body then.
 */
function cancellationOf(body: ReadableStream<Uint8Array> | null): () => void {
  if (body === null) return () => {};
  const getReader = body.getReader.bind(body);
  let cancel = (): Promise<void> => body.cancel();
  const getCancelableReader = (): ReadableStreamDefaultReader<Uint8Array> => {
    const reader = getReader();
    cancel = () => reader.cancel();
    return reader;
  };
  Object.defineProperty(body, "getReader", { value: getCancelableReader });
  // A body that failed rejects with its error, which the adapter has already logged.
  return () => void cancel().catch(() => {});
}
