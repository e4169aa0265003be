import type { LookupAddress } from "node:dns";
import { once } from "node:events";
import { connect as connectPlain, isIP, type LookupFunction, type Socket } from "node:net";
import { nextTick } from "node:process";
import { connect as connectSecure } from "node:tls";
import type { Target } from "../copier-ground.js";

/**
 * Opens a connection to the addresses of a target, and to no other that its name may have by now. No agent stands in
 * between: none could keep the connection for others, or take it through a proxy of the environment.
 *
 * @param trust for tests: the certificate to trust, and no other.
 * @returns once bytes can be written; by TLS, once the certificate was found to be of the target's name.
 */
export async function openConnection(
  { addresses, hostname, isSecure, port }: Target,
  signal: AbortSignal,
  trust: { readonly ca?: string } = {},
): Promise<Socket> {
  const to = { host: hostname, port, lookup: answerWith(addresses), autoSelectFamily: true };
  const socket = isSecure
    ? connectSecure({
        ...to,
        ...trust,
        // An address is no server name; its certificate is compared with the host then.
        servername: isIP(hostname) === 0 ? hostname : "",
        // Said aloud, or the environment might say something else.
        rejectUnauthorized: true,
        ALPNProtocols: ["http/1.1"],
      })
    : connectPlain(to);
  // Whoever waits for the socket is told; who does not wait any more need not be.
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
 * A resolver with one fixed answer: all addresses, because `autoSelectFamily` asks for all. It answers in the next tick, as
 * `dns.lookup` does. An answer in the same tick fails at once for an address without a route, before `tls.connect` has
 * returned a socket to listen on, and that `error` event ends the process.
 */
function answerWith(addresses: readonly LookupAddress[]): LookupFunction {
  return (_hostname, _options, answer) => nextTick(answer, null, [...addresses]);
}
