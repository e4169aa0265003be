import type { LookupAddress } from "node:dns";
import { once } from "node:events";
import { connect as connectPlain, isIP, type LookupFunction, type Socket } from "node:net";
import { nextTick } from "node:process";
import { connect as connectSecure } from "node:tls";
import type { Target } from "../copier-deps.js";

/**
 * Connects to the checked addresses of a target, and never resolves its name again. Uses no agent, which could pool the
 * connection or send it through a proxy from the environment.
 *
 * @param options.ca for tests: the only trusted certificate.
 * @returns a writable socket; with TLS, after the certificate was verified for the target's name.
 */
export async function openConnection(
  { addresses, hostname, isSecure, port }: Target,
  { signal, ...trust }: { readonly signal: AbortSignal; readonly ca?: string },
): Promise<Socket> {
  const to = { host: hostname, port, lookup: fixedLookup(addresses), autoSelectFamily: true };
  const socket = isSecure
    ? connectSecure({
        ...to,
        ...trust,
        // An address is not a valid server name; TLS then compares the certificate with the host.
        servername: isIP(hostname) === 0 ? hostname : "",
        // Explicit, because the environment can change the default.
        rejectUnauthorized: true,
        ALPNProtocols: ["http/1.1"],
      })
    : connectPlain(to);
  // `once` below reports errors while the caller waits. Later errors must not end the process.
  socket.on("error", () => undefined);
  try {
    await once(socket, isSecure ? "secureConnect" : "connect", { signal });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

/**
 * A `lookup` with one fixed result: all addresses, because `autoSelectFamily` requests all. Calls back in the next
 * tick, like `dns.lookup`. In the same tick, an address without a route fails before `tls.connect` returns a socket to
 * listen on, and that `error` event ends the process.
 */
function fixedLookup(addresses: readonly LookupAddress[]): LookupFunction {
  // biome-ignore lint/complexity/useMaxParams: a lookup function of Node
  return (_hostname, _options, callback) => nextTick(callback, null, [...addresses]);
}
