import type { LookupAddress } from "node:dns";
import type { Socket } from "node:net";
import type { Spool } from "../ports/body-spool.js";
import type { Clock } from "../ports/clock.js";
import type { Logger } from "../ports/logger.js";

/** The peer of a connection. Its addresses are already checked: nothing is resolved again. */
export interface Target {
  /** The name for the certificate, or an address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Whether it uses TLS. */
  readonly isSecure: boolean;
  /** All addresses of the name, in the order of the resolver. */
  readonly addresses: readonly LookupAddress[];
}

/** DNS and connections of a runtime with sockets. */
export interface SocketNetwork {
  /** Resolves a name to all its addresses. */
  readonly resolve: (hostname: string) => Promise<readonly LookupAddress[]>;
  /** Resolves to a writable socket. A secure socket has verified the certificate of its peer. */
  readonly connect: (target: Target, signal: AbortSignal) => Promise<Socket>;
}

/** The `fetch` of a runtime that cannot reach private networks. */
export interface FetchNetwork {
  readonly fetch: (url: URL, init: RequestInit) => Promise<Response>;
}

/** Dependencies and limits of a copier. It uses either the sockets or `fetch`. */
export interface CopierDeps extends SocketNetwork, FetchNetwork {
  readonly clock: Clock;
  readonly spool: Spool;
  /** Receives a warning if no temporary file can be created. */
  readonly logger: Logger;
  /** Whether the copier uses `fetch` and buffers in memory. */
  readonly isOnWorkers: boolean;
  /** From the DNS lookup to the end of the response headers, in milliseconds. Restarts with each redirect. */
  readonly headersMs: number;
  /** Between two chunks of a body, in milliseconds. */
  readonly idleMs: number;
  /** For the whole copy, redirects included, in milliseconds. */
  readonly totalMs: number;
}
