import { isIP } from "node:net";
import { isPublicAddress } from "./public-address.js";

/** Ends of names that lead nowhere but to this machine or its own network. */
const localNames = /\.(localhost|local|internal|home\.arpa)$/;

/**
 * Tells whether a URL can lead a vendor to us: by https, to a host of the public internet as far as its name says it. A
 * name that resolves to a private address is not found out.
 */
export function isPublicUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { hostname, protocol } = new URL(text);
  if (protocol !== "https:") return false;
  const host = hostname.replace(/^\[|\]$|\.$/g, "");
  if (isIP(host) !== 0) return isPublicAddress(host);
  // A name without a dot is known in its own network only.
  return host.includes(".") && !localNames.test(host);
}
