import { type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";
import { headersOfGet } from "./headers-of-get.js";

/** A request on an open connection. */
export interface GetQuestion {
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
export function sendGet({ headers, signal, socket, url }: GetQuestion): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const question = request({
      // No agent: the connection serves this request only.
      createConnection: () => socket,
      path: `${url.pathname}${url.search}`,
      headers: { ...headersOfGet(headers), host: url.host },
      insecureHTTPParser: false,
      maxHeaderSize: 16_384,
      signal,
    });
    question.on("response", resolve);
    question.on("error", reject);
    question.on("close", () => reject(new Error("There was no answer.")));
    question.end();
  });
}
