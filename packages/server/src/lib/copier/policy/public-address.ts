import { BlockList, isIP } from "node:net";

/**
 * IPv4 ranges that are not on the public internet, or that lead back from it.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry, 2026-11
 */
const specialV4 = [
  ["0.0.0.0", 8], // this network and the unspecified address
  ["10.0.0.0", 8], // private
  ["100.64.0.0", 10], // carrier-grade NAT; metadata of a cloud
  ["127.0.0.0", 8], // loopback
  ["168.63.129.16", 32], // agent and metadata of Azure, amid public addresses
  ["169.254.0.0", 16], // link-local; metadata of most clouds
  ["172.16.0.0", 12], // private
  ["192.0.0.0", 24], // protocol assignments; metadata of a cloud
  ["192.0.2.0", 24], // documentation
  ["192.88.99.0", 24], // 6to4 relays
  ["192.168.0.0", 16], // private
  ["198.18.0.0", 15], // benchmarking
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4], // reserved and broadcast
] as const;

/**
 * The only public range of IPv6. It excludes loopback, unique local, link-local and multicast addresses. It also
 * excludes those that embed an IPv4 address: mapped, compatible, NAT64.
 */
const [globalV6, globalV6Bits] = ["2000::", 3] as const;

/**
 * Ranges within it that are not public.
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry, 2026-11
 */
const specialV6 = [
  ["2001::", 23], // protocol assignments; Teredo, which embeds an IPv4 address; benchmarking
  ["2001:db8::", 32], // documentation
  ["2002::", 16], // 6to4, which embeds an IPv4 address
  ["3fff::", 20], // documentation
] as const;

/**
 * Whether an address is public. `false` for text that is not an address.
 *
 * @param address as a resolver returns it, without brackets.
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
