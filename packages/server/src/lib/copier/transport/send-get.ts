import { type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";
import { headersOfGet } from "./headers-of-get.js";

/** A question on a connection that is there already. */
export interface GetQuestion {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly socket: Socket;
  readonly signal: AbortSignal;
}

/**
 * Asks for a URL, once, and follows nothing.
 *
 * @returns once the headers are there.
 * @throws when there is no answer, or none that can be read.
 */
export function sendGet({ headers, signal, socket, url }: GetQuestion): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const question = request({
      // Without an agent: this connection is for this question.
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
