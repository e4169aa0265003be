import { BlockList, isIP } from "node:net";

/**
 * What is not on the public internet, or leads back from it, of version 4.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry, 2026-11
 */
const specialV4 = [
  ["0.0.0.0", 8], // this network, and what is unspecified
  ["10.0.0.0", 8], // private
  ["100.64.0.0", 10], // shared behind a carrier's NAT; a cloud's metadata
  ["127.0.0.0", 8], // loopback
  ["168.63.129.16", 32], // Azure's agent and metadata, in the middle of public addresses
  ["169.254.0.0", 16], // link-local; most clouds' metadata
  ["172.16.0.0", 12], // private
  ["192.0.0.0", 24], // protocols; a cloud's metadata
  ["192.0.2.0", 24], // documentation
  ["192.88.99.0", 24], // relays of 6to4
  ["192.168.0.0", 16], // private
  ["198.18.0.0", 15], // benchmarks
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4], // reserved, and broadcast
] as const;

/**
 * Of version 6 only this is public. Loopback, unique local, link-local and multicast addresses are outside, and so are
 * those that hold one of version 4: mapped, compatible, NAT64.
 */
const [globalV6, globalV6Bits] = ["2000::", 3] as const;

/**
 * And of that, not these.
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry, 2026-11
 */
const specialV6 = [
  ["2001::", 23], // protocols; Teredo, which holds an address of version 4; benchmarks
  ["2001:db8::", 32], // documentation
  ["2002::", 16], // 6to4, which holds an address of version 4
  ["3fff::", 20], // documentation
] as const;

/**
 * Tells whether an address is one of the public internet. What is no address is not.
 *
 * @param address as resolvers give it, without brackets.
 */
export function isPublicAddress(address: string): boolean {
  lists ??= buildLists();
  switch (isIP(address)) {
    case 4:
      return !lists.special.check(address, "ipv4");
    case 6:
      return lists.global.check(address, "ipv6") && !lists.special.check(address, "ipv6");
    default:
      return false;
  }
}

interface Lists {
  readonly special: BlockList;
  readonly global: BlockList;
}

let lists: Lists | undefined;

function buildLists(): Lists {
  const [special, global] = [new BlockList(), new BlockList()];
  for (const [net, bits] of specialV4) special.addSubnet(net, bits, "ipv4");
  for (const [net, bits] of specialV6) special.addSubnet(net, bits, "ipv6");
  global.addSubnet(globalV6, globalV6Bits, "ipv6");
  return { special, global };
}
