import { type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";
import { requestHeaders } from "./request-headers.js";

/** A request on an open connection. */
export interface GetRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly socket: Socket;
  readonly signal: AbortSignal;
}

/**
 * Sends one GET request and follows no redirect.
 *
 * @returns a promise that resolves with the response headers.
 * @throws when there is no response, or an invalid one.
 */
export function sendGet({ headers, signal, socket, url }: GetRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const get = request({
      // No agent: the connection serves this request only.
      createConnection: () => socket,
      path: `${url.pathname}${url.search}`,
      headers: { ...requestHeaders(headers), host: url.host },
      insecureHTTPParser: false,
      maxHeaderSize: 16_384,
      signal,
    });
    get.on("response", resolve);
    get.on("error", reject);
    get.on("close", () => reject(new Error("No response.")));
    get.end();
  });
}
