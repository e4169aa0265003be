import type { LookupAddress } from "node:dns";
import type { Socket } from "node:net";
import type { Clock } from "../ports/clock.js";
import type { Logger } from "../ports/logger.js";
import type { Spool } from "./spool/spool.js";

/** To whom a connection is opened. Its addresses have been checked: there is nothing more to look up. */
export interface Target {
  /** The name, for the certificate; or an address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** By TLS. */
  readonly isSecure: boolean;
  /** All that the name has, in the order of the resolver. */
  readonly addresses: readonly LookupAddress[];
}

/** The names and connections of a runtime that has sockets. */
export interface SocketGround {
  /** Every address of a name. */
  readonly resolve: (hostname: string) => Promise<readonly LookupAddress[]>;
  /** Gives a socket that bytes can be written to: a secure one has checked who is there. */
  readonly connect: (target: Target, signal: AbortSignal) => Promise<Socket>;
}

/** What a runtime has whose network leads nowhere but outside. */
export interface FetchGround {
  readonly fetch: (url: URL, init: RequestInit) => Promise<Response>;
}

/** What a copier stands on. Of sockets and `fetch` it uses one. */
export interface CopierGround extends SocketGround, FetchGround {
  readonly clock: Clock;
  readonly spool: Spool;
  /** Told where there is no place for temporary files. */
  readonly logger: Logger;
  /** Whether it asks by `fetch`, and spools in memory. */
  readonly isOnWorkers: boolean;
  /** From the look-up of a name to the end of an answer's headers. Each hop has it anew. */
  readonly headersMs: number;
  /** Between two pieces of a body. */
  readonly idleMs: number;
  /** For everything, redirects included. */
  readonly totalMs: number;
}
