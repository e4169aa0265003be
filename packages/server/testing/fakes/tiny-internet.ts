import { once } from "node:events";
import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { isIP, type Server } from "node:net";
import type { CopierDeps, Target } from "../../src/lib/copier/copier-deps.js";
import { openConnection } from "../../src/lib/copier/transport/open-connection.js";
import { selfSigned } from "./self-signed.js";

/** A fake internet: all host names and addresses lead to one HTTP and one HTTPS server on this machine. */
export interface TinyInternet {
  /** Network functions for a copier. They record each connection, and redirect it to the servers. */
  readonly network: Pick<CopierDeps, "connect" | "resolve">;
  /** The original target of each connection. */
  readonly connections: readonly Target[];
  /** All received requests. */
  readonly requests: readonly IncomingMessage[];
  /** Origin of the HTTP server, such as `http://127.0.0.1:4000`. */
  readonly origin: string;
  /** Ports of the HTTP and the HTTPS server. */
  readonly ports: readonly number[];
  close(): Promise<void>;
}

/**
 * Starts the two servers.
 *
 * @param options.certified host names in the certificate. Targets by address are always covered.
 * @param options.lookUp returns the addresses of a host name; `undefined` if it does not exist.
 */
export async function startTinyInternet(options: {
  readonly certified: readonly string[];
  readonly lookUp: (hostname: string) => readonly string[] | undefined;
  readonly respond: (request: IncomingMessage, response: ServerResponse) => void;
}): Promise<TinyInternet> {
  const connections: Target[] = [];
  const requests: IncomingMessage[] = [];
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push(request);
    options.respond(request, response);
  };
  const { cert, key } = selfSigned([...options.certified, loopback.address]);
  const plain = await listening(createPlainServer(handle));
  const secure = await listening(createSecureServer({ cert, key }, handle));
  return {
    network: {
      async resolve(hostname) {
        const addresses = options.lookUp(hostname);
        if (addresses === undefined) throw new Error(`getaddrinfo ENOTFOUND ${hostname}`);
        return addresses.map((address) => ({ address, family: isIP(address) }));
      },
      connect(target, signal) {
        connections.push(target);
        const { port } = target.isSecure ? secure : plain;
        // `openConnection` connects to an address without a lookup, so a target by address is replaced.
        const hostname = isIP(target.hostname) === 0 ? target.hostname : loopback.address;
        return openConnection({ ...target, hostname, port, addresses: [loopback] }, { signal, ca: cert });
      },
    },
    connections,
    requests,
    origin: `http://127.0.0.1:${plain.port}`,
    ports: [plain.port, secure.port],
    async close() {
      await Promise.all([plain.close(), secure.close()]);
    },
  };
}

const loopback = { address: "127.0.0.1", family: 4 };

async function listening(
  server: Server & { closeAllConnections(): void },
): Promise<{ readonly port: number; close(): Promise<void> }> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Expected a TCP address.");
  return {
    port: address.port,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
