import type { LookupAddress } from "node:dns";
import { lookup, Resolver } from "node:dns/promises";
import { readFile } from "node:fs/promises";

/** The defaults of glibc: two tries for each name server, from 5 s. */
const resolverOptions = { timeout: 5_000, tries: 2 };

/** How long the addresses of one family wait for those of the other one, in milliseconds: some networks drop the queries for AAAA. */
const otherFamilyMs = 1_000;

/** The name servers do not know the name, or there are none. */
const unknownCodes: ReadonlySet<unknown> = new Set(["ENOTFOUND", "ENODATA", "ECONNREFUSED"]);

/**
 * Resolves a name to all its addresses: by the hosts file, then by the name servers, then by the search domains.
 *
 * Queries the name servers over sockets. `dns.lookup` would occupy a thread until they respond, and the process has two
 * threads for the names of all its requests: two names without a response would stop every vendor.
 *
 * @param options.servers as in `Resolver.setServers`; by default those of the machine.
 * @param options.hostsFile path; a missing file has no names. On Windows, where it is elsewhere, its names come last.
 * @throws when the name servers do not respond in time.
 */
export async function resolveName(
  hostname: string,
  { servers, hostsFile = "/etc/hosts" }: { readonly servers?: readonly string[]; readonly hostsFile?: string } = {},
): Promise<LookupAddress[]> {
  // Only the system resolver applies search domains. It does not query a name server for a name of the hosts file.
  if (!hostname.includes(".") || (await isInHostsFile(hostname, hostsFile))) return lookupName(hostname);
  const resolver = new Resolver(resolverOptions);
  if (servers !== undefined) resolver.setServers(servers);
  const families = [resolver.resolve4(hostname).then(ofFamily(4)), resolver.resolve6(hostname).then(ofFamily(6))];
  const cancelOther = () => void setTimeout(() => resolver.cancel(), otherFamilyMs).unref();
  Promise.any(families).then(cancelOther, () => {});
  const results = await Promise.allSettled(families);
  const addresses = results.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
  if (addresses.length > 0) return addresses;
  for (const result of results) if (result.status === "rejected" && !isUnknown(result.reason)) throw result.reason;
  return lookupName(hostname);
}

/** Also for a name in a comment of the file, which the system resolver then ignores. */
async function isInHostsFile(hostname: string, path: string): Promise<boolean> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.toLowerCase().split(/\s+/).includes(hostname.toLowerCase());
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
