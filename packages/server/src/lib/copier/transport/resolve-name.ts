import type { LookupAddress } from "node:dns";
import { lookup, Resolver } from "node:dns/promises";

/** As the C library asks: each name server twice, for five seconds. */
const patience = { timeout: 5_000, tries: 2 };

/** The name servers do not know the name, or there are none. */
const unknownCodes: ReadonlySet<unknown> = new Set(["ENOTFOUND", "ENODATA", "ECONNREFUSED"]);

/**
 * Resolves a name to all its addresses.
 *
 * It asks the name servers over sockets. `dns.lookup` would occupy a thread until they respond, and the process has two
 * threads for the names of all its requests: two names without a response would stop every vendor.
 *
 * @param servers as in `Resolver.setServers`; by default those of the machine.
 * @throws when the name servers do not respond in time.
 */
export async function resolveName(hostname: string, servers?: readonly string[]): Promise<LookupAddress[]> {
  // A name without a dot resolves in its own network only.
  if (!hostname.includes(".")) return lookupName(hostname);
  const resolver = new Resolver(patience);
  if (servers !== undefined) resolver.setServers(servers);
  const answers = await Promise.allSettled([
    resolver.resolve4(hostname).then(ofFamily(4)),
    resolver.resolve6(hostname).then(ofFamily(6)),
  ]);
  const addresses = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  if (addresses.length > 0) return addresses;
  for (const answer of answers) if (answer.status === "rejected" && !isUnknown(answer.reason)) throw answer.reason;
  // It also reads `/etc/hosts` and the search domains.
  return lookupName(hostname);
}

function lookupName(hostname: string): Promise<LookupAddress[]> {
  return lookup(hostname, { all: true, order: "verbatim" });
}

function ofFamily(family: 4 | 6): (addresses: string[]) => LookupAddress[] {
  return (addresses) => addresses.map((address) => ({ address, family }));
}

function isUnknown(reason: unknown): boolean {
  return reason instanceof Error && "code" in reason && unknownCodes.has(reason.code);
}
