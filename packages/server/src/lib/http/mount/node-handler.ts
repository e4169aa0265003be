import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { MountedRouter } from "./mount-router.js";

/**
 * Answers a request of Node's http server. Never calls a `next`. Sends nothing when earlier middleware has already sent a
 * response.
 */
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
  return (request, response) => {
    // The client left, or earlier middleware sent a response (a timeout's 503) before this handler was called.
    if (!isWritable(response)) return;
    // Express, Connect and Vite strip the mount path from `url`.
    if ("originalUrl" in request && typeof request.originalUrl === "string") request.url = request.originalUrl;
    let cancelBody = (): void => {};
    const listener = getRequestListener(
      async (...given) => {
        const answer = await safelight.handler(...given);
        cancelBody = cancellationOf(answer.body);
        return isWritable(response) ? answer : RESPONSE_ALREADY_SENT;
      },
      // The host's own globals stay: by default the library replaces `Request` and `Response` of the whole process.
      { overrideGlobalObjects: false },
    );
    // Does nothing to a body that was sent to its end.
    void listener(request, response).finally(() => cancelBody());
  };
}

function isWritable(response: ServerResponse): boolean {
  return !response.destroyed && !response.headersSent;
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
