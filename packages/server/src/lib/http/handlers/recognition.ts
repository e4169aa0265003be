import type { IdentifyRequest } from "../request/identify-request.js";

/** Options of `POST /recognize`. */
export interface RecognitionOptions {
  /**
   * Max files of one client on one process; the burst is the whole limit. All clients together may send ten times as many.
   * @default { requests: 20, perMs: 60_000 }
   */
  readonly rate?: { readonly requests: number; readonly perMs: number };
  /**
   * Max size of a file, in bytes. A file above 1 MiB is in a temporary file while it is read, or in memory on a platform without
   * them. Four times as many bytes may be in progress on one process.
   * @default 67_108_864
   */
  readonly maxBytes?: number;
  /**
   * Returns the address of the client, by which `rate` counts. Behind a proxy, read the header that the proxy sets: all its clients
   * have one address otherwise. Clients without an address (`null`, the default on other platforms) count as one.
   * @default the address of the connection on Node.js
   */
  readonly addressOf?: (request: IdentifyRequest) => string | null;
}

/** The checked options, with their defaults. */
export type RecognitionSettings = Required<RecognitionOptions>;

/** The default of `addressOf`: without the host part of an IPv6 address. */
export function addressOfConnection({ incoming }: IdentifyRequest): string | null {
  const { socket }: { readonly socket?: { readonly remoteAddress?: unknown } } = incoming ?? {};
  const address = socket?.remoteAddress;
  if (typeof address !== "string") return null;
  const isMapped = address.startsWith("::ffff:");
  // A client usually has a network of 2^64 addresses.
  return isMapped || !address.includes(":") ? address : networkOf(address);
}

function networkOf(address: string): string {
  const [before = "", after] = address.split("::");
  const [left, right] = [before, after ?? ""].map((part) => (part === "" ? [] : part.split(":")));
  const zeros = after === undefined ? [] : Array<string>(8 - (left?.length ?? 0) - (right?.length ?? 0)).fill("0");
  return [...(left ?? []), ...zeros, ...(right ?? [])].slice(0, 4).join(":");
}
