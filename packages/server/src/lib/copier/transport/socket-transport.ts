import type { LookupAddress } from "node:dns";
import type { IncomingMessage } from "node:http";
import { isIP, type Socket } from "node:net";
import { PassThrough, pipeline } from "node:stream";
import { freeChunk } from "../../bytes/free-chunk.js";
import type { SocketNetwork } from "../copier-deps.js";
import { isPublicAddress } from "../policy/public-address.js";
import { refuseCopy } from "../policy/refuse-copy.js";
import type { HttpTransport, TransportResponse } from "./http-transport.js";
import { openConnection } from "./open-connection.js";
import { resolveName } from "./resolve-name.js";
import { sendGet } from "./send-get.js";

/** The network of this machine. */
export const nodeNetwork: SocketNetwork = {
  resolve: (hostname) => resolveName(hostname),
  connect: (target, signal) => openConnection(target, { signal }),
};

/** Sends each request on a new connection to checked addresses. */
export function socketTransport(network: SocketNetwork): HttpTransport {
  return async ({ at, deadline, headers, url }) => {
    const { signal } = deadline;
    // `URL` puts an IPv6 address in brackets.
    const hostname = url.hostname.replace(/^\[|\]$/g, "");
    const addresses = await deadline.wait(addressesOf(network, hostname));
    const forbidden = addresses.find(({ address }) => !isPublicAddress(address));
    if (at === "public addresses" && forbidden !== undefined) {
      const reason = `resolves to ${forbidden.address}, which is not a public address`;
      return refuseCopy("download_failed", { hostname, reason });
    }
    const isSecure = url.protocol === "https:";
    const port = url.port === "" ? (isSecure ? 443 : 80) : Number(url.port);
    const socket = await network.connect({ hostname, port, isSecure, addresses }, signal);
    try {
      return toTransportResponse(await sendGet({ url, headers, socket, signal }), { socket, signal });
    } catch (error) {
      socket.destroy();
      throw error;
    }
  };
}

/** @throws when the name has no address. */
async function addressesOf({ resolve }: SocketNetwork, hostname: string): Promise<readonly LookupAddress[]> {
  const family = isIP(hostname);
  if (family !== 0) return [{ address: hostname, family }];
  const addresses = await resolve(hostname);
  if (addresses.length === 0) throw new Error("The name has no address.");
  return addresses;
}

interface Connection {
  readonly socket: Socket;
  readonly signal: AbortSignal;
}

/**
 * Frees each chunk once the next one is requested, and those of the socket once the parser has copied them.
 *
 * Rejects a truncated body. Without a declared length, Node.js treats any close of the connection as the end of the
 * body. That includes a reset, and the close by our own abort.
 */
async function* chunksOf(message: IncomingMessage, { signal, socket }: Connection): AsyncGenerator<Uint8Array> {
  socket.on("data", freeChunk);
  // The iterator of a stream of bytes concatenates the chunks that have arrived: one more copy, and the chunks are garbage.
  const chunks = new PassThrough({ readableObjectMode: true, readableHighWaterMark: 1 });
  // An error destroys `chunks`, whose iterator then throws it.
  pipeline(message, chunks, () => undefined);
  // Its chunks are buffers: no text encoding is set.
  for await (const chunk of chunks as AsyncIterable<Buffer>) {
    if (chunk.byteLength === 0) throw new Error("A chunk of the body was freed before it was read.");
    yield chunk;
    freeChunk(chunk);
  }
  signal.throwIfAborted();
  if (socket.errored !== null) throw socket.errored;
}

function toTransportResponse(message: IncomingMessage, connection: Connection): TransportResponse {
  const { headers, statusCode = 0 } = message;
  const length = headers["content-length"];
  return {
    type: "response",
    status: statusCode,
    location: headers.location ?? null,
    contentType: headers["content-type"] ?? null,
    encoding: headers["content-encoding"] ?? null,
    contentLength: length === undefined ? null : Number(length),
    body: chunksOf(message, connection),
    close: () => connection.socket.destroy(),
  };
}
