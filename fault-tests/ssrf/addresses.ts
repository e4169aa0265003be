import type { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";

/** Forbidden IPv4 addresses, by kind, in ascending order. */
export const forbiddenV4 = [
  ["unspecified", "0.0.0.0"],
  ["this network", "0.1.2.3"],
  ["private", "10.0.0.1"],
  ["private", "10.255.255.254"],
  ["behind a carrier's NAT", "100.64.0.1"],
  ["metadata in that range", "100.100.100.200"],
  ["loopback", "127.0.0.1"],
  ["loopback", "127.255.255.254"],
  ["Azure's agent", "168.63.129.16"],
  ["metadata", "169.254.169.254"],
  ["metadata of tasks", "169.254.170.2"],
  ["private", "172.16.0.1"],
  ["private", "172.31.255.254"],
  ["metadata among protocols", "192.0.0.192"],
  ["documentation", "192.0.2.1"],
  ["a relay of 6to4", "192.88.99.1"],
  ["private", "192.168.0.1"],
  ["private", "192.168.255.254"],
  ["for benchmarks", "198.18.0.1"],
  ["documentation", "198.51.100.1"],
  ["documentation", "203.0.113.1"],
  ["multicast", "224.0.0.1"],
  ["reserved", "240.0.0.1"],
  ["broadcast", "255.255.255.255"],
] as const;

/** Forbidden IPv6 addresses. */
export const forbiddenV6 = [
  ["unspecified", "::"],
  ["loopback", "::1"],
  ["discarded", "100::1"],
  ["local NAT64", "64:ff9b:1::1"],
  ["Teredo", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
  ["for benchmarks", "2001:2::1"],
  ["of hashes", "2001:20::1"],
  ["documentation", "2001:db8::1"],
  ["documentation", "3fff::1"],
  ["of segments", "5f00::1"],
  ["unique local", "fc00::1"],
  ["metadata", "fd00:ec2::254"],
  ["metadata", "fd20:ce::254"],
  ["link-local", "fe80::1"],
  ["site-local", "fec0::1"],
  ["multicast", "ff02::1"],
  ["multicast, everywhere", "ff0e::1"],
] as const;

/** Public addresses, which are allowed. */
export const publicAddresses = [
  "1.1.1.1",
  "93.184.215.14",
  "100.63.255.255",
  "168.63.129.15",
  "172.32.0.1",
  "223.255.255.254",
  "2001:4860:4860::8888",
  "2606:4700::6810:84e5",
] as const;

/** Spellings of an IPv4 address as the host of a URL: the same address, or an IPv6 address that embeds it. */
export function spellingsOfV4(address: string): readonly (readonly [how: string, host: string])[] {
  const parts = address.split(".").map(Number);
  const [first = 0, second = 0, third = 0, fourth = 0] = parts;
  const number = ((first * 256 + second) * 256 + third) * 256 + fourth;
  const hex = (value: number): string => value.toString(16);
  const groups = `${hex(first * 256 + second)}:${hex(third * 256 + fourth)}`;
  return [
    ["dotted", address],
    ["with a dot at its end", `${address}.`],
    ["decimal", String(number)],
    ["hexadecimal", `0x${hex(number)}`],
    ["octal", `0${number.toString(8)}`],
    ["dotted hexadecimal", parts.map((part) => `0x${hex(part)}`).join(".")],
    ["dotted octal", parts.map((part) => `0${part.toString(8)}`).join(".")],
    ["of three parts", `${first}.${second}.${third * 256 + fourth}`],
    ["of two parts", `${first}.${number % 2 ** 24}`],
    ["mixed", `0x${hex(first)}.0${second.toString(8)}.${third * 256 + fourth}`],
    ["in percent", [...address].map((letter) => `%${hex(letter.charCodeAt(0))}`).join("")],
    ["full-width", address.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)))],
    ["with ideographic dots", address.replaceAll(".", "。")],
    ["mapped", `[::ffff:${address}]`],
    ["mapped, in hexadecimal", `[::FFFF:${groups}]`],
    ["mapped, in full", `[0:0:0:0:0:ffff:${groups}]`],
    ["compatible", `[::${address}]`],
    ["translated", `[::ffff:0:${address}]`],
    ["by NAT64", `[64:ff9b::${address}]`],
    ["by 6to4", `[2002:${groups}::1]`],
    ["by Teredo", `[2001:0:${groups}::1]`],
  ];
}

/** IPv6 addresses that embed an IPv4 address, as resolvers may return them. */
export function disguisesOfV4(address: string): readonly string[] {
  return [`::ffff:${address}`, `::${address}`, `64:ff9b::${address}`];
}

const nets: readonly [readonly [number, number], ...(readonly [number, number])[]] = [
  [net(0), 8],
  [net(10), 8],
  [net(100, 64), 10],
  [net(127), 8],
  [net(169, 254), 16],
  [net(172, 16), 12],
  [net(192, 168), 16],
  [net(198, 18), 15],
  [net(224), 3],
];

/** A random address in one of the larger forbidden networks, sometimes embedded in IPv6. */
export function anyForbidden(random: SeededRandom): string {
  const [start, bits] = random.pick(nets);
  const number = start + random.between(0, 2 ** (32 - bits) - 1);
  const dotted = [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
  if (random.chance(0.6)) return dotted;
  const disguises = disguisesOfV4(dotted);
  return disguises[random.between(0, disguises.length - 1)] ?? dotted;
}

/** A random address in a public range. */
export function anyPublic(random: SeededRandom): string {
  const part = (): number => random.between(0, 255);
  if (random.chance(0.7)) return `${random.between(11, 99)}.${part()}.${part()}.${part()}`;
  return `2600:${random.between(1, 9_999)}::${random.between(1, 9_999)}`;
}

function net(first: number, second = 0): number {
  return (first * 256 + second) * 65_536;
}
