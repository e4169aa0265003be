import { once } from "node:events";
import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { isIP, type Server } from "node:net";
import type { CopierDeps, Target } from "../../src/lib/copier/copier-deps.js";
import { openConnection } from "../../src/lib/copier/transport/open-connection.js";
import { selfSigned } from "./self-signed.js";

/** Hosts with public names and addresses, all of which are two servers on this machine. */
export interface TinyInternet {
  /** For a copier. Whatever it connects to is written down, and led here. */
  readonly ground: Pick<CopierDeps, "connect" | "resolve">;
  /** Every connection that was asked for, whoever would have been there. */
  readonly connections: readonly Target[];
  /** Every request that came in, with its headers. */
  readonly requests: readonly IncomingMessage[];
  /** By http on this machine, without any name. */
  readonly origin: string;
  /** Of this machine, at which it listens. */
  readonly ports: readonly number[];
  close(): Promise<void>;
}

/**
 * Starts it.
 *
 * @param options.certified the names that its certificate is for; it is for every address.
 * @param options.lookUp gives the addresses of a name, or nothing where there is no such name.
 */
export async function startTinyInternet(options: {
  readonly certified: readonly string[];
  readonly lookUp: (hostname: string) => readonly string[] | undefined;
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
}): Promise<TinyInternet> {
  const connections: Target[] = [];
  const requests: IncomingMessage[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push(request);
    options.answer(request, response);
  };
  const { cert, key } = selfSigned([...options.certified, here.address]);
  const plain = await listening(createPlainServer(answer));
  const secure = await listening(createSecureServer({ cert, key }, answer));
  return {
    ground: {
      async resolve(hostname) {
        const addresses = options.lookUp(hostname);
        if (addresses === undefined) throw new Error(`getaddrinfo ENOTFOUND ${hostname}`);
        return addresses.map((address) => ({ address, family: isIP(address) }));
      },
      connect(target, signal) {
        connections.push(target);
        const { port } = target.isSecure ? secure : plain;
        // An address is not looked up: it would be gone to itself.
        const hostname = isIP(target.hostname) === 0 ? target.hostname : here.address;
        return openConnection({ ...target, hostname, port, addresses: [here] }, { signal, ca: cert });
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

const here = { address: "127.0.0.1", family: 4 };

async function listening(
  server: Server & { closeAllConnections(): void },
): Promise<{ readonly port: number; close(): Promise<void> }> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server listens nowhere.");
  return {
    port: address.port,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
