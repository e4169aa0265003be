import type { IdentifyRequest } from "../request/identify-request.js";

/** Options of `POST /recognize`. */
export interface RecognitionOptions {
  /**
   * Max files of one client on one process; the burst is the whole limit. All clients together may send ten times as many.
   * @default { requests: 20, perMs: 60_000 }
   */
  readonly rate?: { readonly requests: number; readonly perMs: number };
  /**
   * Max size of a file, in bytes. The bodies in progress on one process may have four times this size together. A body above 1 MiB
   * is buffered in a temporary file; on a platform without temporary files, it is in memory.
   * @default 67_108_864
   */
  readonly maxBytes?: number;
  /**
   * Returns the address of the client, by which `rate` counts. Behind a proxy, read the header that the proxy sets: otherwise all
   * clients of the proxy count as one. So do all clients without an address (`null`), which is the default on other platforms.
   * @default the address of the connection on Node.js
   */
  readonly addressOf?: (request: IdentifyRequest) => string | null;
}

/** The checked options, with their defaults. */
export type RecognitionSettings = Required<RecognitionOptions>;

/**
 * The default of `addressOf`: an IPv4 address, or the first 64 bits of an IPv6 address. A client usually has all addresses of such
 * a network. `null` without a connection of Node.js.
 */
export function addressOfConnection({ incoming }: IdentifyRequest): string | null {
  const { socket }: { readonly socket?: { readonly remoteAddress?: unknown } } = incoming ?? {};
  const address = socket?.remoteAddress;
  if (typeof address !== "string") return null;
  const isMappedIpv4 = address.startsWith("::ffff:");
  return isMappedIpv4 || !address.includes(":") ? address : networkOf(address);
}

/** The first four of the eight groups of an IPv6 address. `::` stands for the groups of zeros that are missing. */
function networkOf(address: string): string {
  const [head = "", tail] = address.split("::");
  const first = groupsOf(head);
  const last = groupsOf(tail ?? "");
  const zeros = tail === undefined ? [] : Array<string>(8 - first.length - last.length).fill("0");
  return [...first, ...zeros, ...last].slice(0, 4).join(":");
}

function groupsOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(":");
}
