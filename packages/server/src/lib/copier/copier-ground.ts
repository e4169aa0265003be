import type { LookupAddress } from "node:dns";
import type { Socket } from "node:net";
import type { Clock } from "../ports/clock.js";

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

/** What a copier stands on. */
export interface CopierGround {
  readonly clock: Clock;
  /** Every address of a name. */
  readonly resolve: (hostname: string) => Promise<readonly LookupAddress[]>;
  /** Gives a socket that bytes can be written to: a secure one has checked who is there. */
  readonly connect: (target: Target, signal: AbortSignal) => Promise<Socket>;
  /** From the look-up of a name to the end of an answer's headers. Each hop has it anew. */
  readonly headersMs: number;
  /** Between two pieces of a body. */
  readonly idleMs: number;
  /** For everything, redirects included. */
  readonly totalMs: number;
}
