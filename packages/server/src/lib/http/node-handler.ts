import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { MountedRouter } from "./mount-router.js";

/** Answers a request of Node's http server. Never calls a `next`: every request that it gets is answered. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * A handler for `node:http`, and middleware for Express, Connect and Vite. Mount it at the server's `basePath`, before any
 * middleware that reads bodies, such as `express.json()`.
 *
 * The origin of a request is that of its `Host` header and its socket; `X-Forwarded-*` is ignored.
 *
 * @param safelight what `createSafelight` returned.
 */
export function toNodeHandler(safelight: Pick<MountedRouter, "handler">): NodeHandler {
  // The host's own globals stay: by default the library replaces `Request` and `Response` of the whole process.
  const listener = getRequestListener(safelight.handler, { overrideGlobalObjects: false });
  return (request, response) => {
    // The client left while earlier middleware ran. The `close` event, which aborts the request's signal, is past.
    if (response.destroyed) return;
    // Express, Connect and Vite strip the mount path from `url`.
    if ("originalUrl" in request && typeof request.originalUrl === "string") request.url = request.originalUrl;
    void listener(request, response);
  };
}
