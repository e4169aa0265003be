import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { selfSigned } from "../../../../testing/fakes/self-signed.js";
import { systemClock } from "../../process/system-clock.js";
import { CopyDeadline } from "../policy/copy-deadline.js";
import { openConnection } from "./open-connection.js";
import { socketTransport } from "./socket-transport.js";

const certificate = selfSigned(["media.example"]);
const here = { address: "127.0.0.1", family: 4 };
const { signal } = new AbortController();
const bytes = Uint8Array.from({ length: 2_000_000 }, (_, index) => index % 251);

/** Max bytes of one read of the system, and of one record of TLS. */
const maxChunkBytes = { http: 65_536, https: 16_384 };

const withLength: RequestListener = (_, response) => {
  response.writeHead(200, { "content-length": bytes.byteLength });
  response.end(bytes);
};
const inChunks: RequestListener = async (_, response) => {
  for (let at = 0; at < bytes.byteLength; at += 50_000) response.write(bytes.subarray(at, at + 50_000));
  response.end();
};

/** Requests the bytes of a server. The socket's chunks are kept as they arrive. */
async function request(protocol: "http" | "https", respond: RequestListener) {
  const server = protocol === "https" ? createSecureServer(certificate, respond) : createServer(respond);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const ofSocket: Uint8Array[] = [];
  const connect = async (target: Parameters<typeof openConnection>[0]): Promise<Socket> => {
    const socket = await openConnection(target, { signal, ca: certificate.cert });
    const { push } = socket;
    socket.push = (chunk: Uint8Array | null, ...rest) => {
      if (chunk !== null) ofSocket.push(chunk);
      return push.call(socket, chunk, ...rest);
    };
    return socket;
  };
  const send = socketTransport({ resolve: async () => [here], connect });
  const deadline = new CopyDeadline(systemClock, { signal, totalMs: 600_000 });
  onTestFinished(() => deadline.end());
  const url = new URL(`${protocol}://media.example:${port}/clip`);
  const response = await send({ at: "any address", deadline, headers: {}, url });
  if (response.type === "refused") throw new Error("The request was refused.");
  onTestFinished(() => response.close());
  return { body: response.body, ofSocket };
}

describe("socketTransport", () => {
  it.each([
    ["http", "with a length", withLength],
    ["https", "with a length", withLength],
    ["http", "in chunks", inChunks],
    ["https", "in chunks", inChunks],
  ] as const)("over %s, frees each chunk of a body %s once the next one is requested", async (protocol, _, respond) => {
    const { body, ofSocket } = await request(protocol, respond);
    const read: Buffer[] = [];
    const before: Uint8Array[] = [];
    for await (const chunk of body) {
      expect(before.at(-1)?.byteLength ?? 0).toBe(0);
      read.push(Buffer.copyBytesFrom(chunk));
      before.push(chunk);
    }
    expect(Buffer.concat(read).equals(bytes)).toBe(true);
    expect(before.map(({ byteLength }) => byteLength)).toEqual(before.map(() => 0));
    // Not concatenated: the chunks of a concatenation would be garbage.
    expect(Math.max(...read.map(({ byteLength }) => byteLength))).toBeLessThanOrEqual(maxChunkBytes[protocol]);
    // The first one, with the headers, arrives before the response.
    const later = ofSocket.slice(1);
    expect(later.length).toBeGreaterThan(10);
    expect(later.map(({ byteLength }) => byteLength)).toEqual(later.map(() => 0));
  });
});
