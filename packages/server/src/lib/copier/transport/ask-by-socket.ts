import type { LookupAddress } from "node:dns";
import type { IncomingMessage } from "node:http";
import { isIP, type Socket } from "node:net";
import type { SocketGround } from "../copier-ground.js";
import { isPublicAddress } from "../policy/public-address.js";
import { refuse } from "../policy/refuse.js";
import type { Answer, Ask } from "./ask.js";
import { sendGet } from "./send-get.js";

/** Sends each request on a new connection to checked addresses. */
export function askBySocket(ground: SocketGround): Ask {
  return async ({ at, headers, patience, url }) => {
    const { signal } = patience;
    // `URL` puts an IPv6 address in brackets.
    const hostname = url.hostname.replace(/^\[|\]$/g, "");
    const addresses = await patience.wait(addressesOf(ground, hostname));
    const forbidden = addresses.find(({ address }) => !isPublicAddress(address));
    if (at === "public addresses" && forbidden !== undefined) {
      return refuse("download_failed", hostname, `is at ${forbidden.address}, which is no public address`);
    }
    const isSecure = url.protocol === "https:";
    const port = url.port === "" ? (isSecure ? 443 : 80) : Number(url.port);
    const socket = await ground.connect({ hostname, port, isSecure, addresses }, signal);
    try {
      return toAnswer(await sendGet({ url, headers, socket, signal }), { socket, signal });
    } catch (error) {
      socket.destroy();
      throw error;
    }
  };
}

/** @throws when the name has no address. */
async function addressesOf({ resolve }: SocketGround, hostname: string): Promise<readonly LookupAddress[]> {
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
 * Rejects a truncated body. Without a declared length, Node.js treats any close of the connection as the end of the
 * body. That includes a reset, and the close by our own abort.
 */
async function* uncutBody(message: IncomingMessage, { signal, socket }: Connection): AsyncGenerator<Uint8Array> {
  // Its chunks are buffers: no text encoding is set.
  yield* message as AsyncIterable<Buffer>;
  signal.throwIfAborted();
  if (socket.errored !== null) throw socket.errored;
}

function toAnswer(message: IncomingMessage, connection: Connection): Answer {
  const { headers, statusCode = 0 } = message;
  const length = headers["content-length"];
  return {
    type: "answered",
    status: statusCode,
    location: headers.location ?? null,
    contentType: headers["content-type"] ?? null,
    encoding: headers["content-encoding"] ?? null,
    announcedBytes: length === undefined ? null : Number(length),
    body: uncutBody(message, connection),
    close: () => connection.socket.destroy(),
  };
}
