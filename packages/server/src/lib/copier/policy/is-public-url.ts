import { isIP } from "node:net";
import { isPublicAddress } from "./public-address.js";

/** Domains that resolve only on this machine or in its own network. */
const localNames = /\.(localhost|local|internal|home\.arpa)$/;

/**
 * Whether a vendor may reach a URL of this server: https, and a host that looks public by its name. Does not detect a
 * name that resolves to a private address.
 */
export function isPublicUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { hostname, protocol } = new URL(text);
  if (protocol !== "https:") return false;
  const host = hostname.replace(/^\[|\]$|\.$/g, "");
  if (isIP(host) !== 0) return isPublicAddress(host);
  // A name without a dot resolves in its own network only.
  return host.includes(".") && !localNames.test(host);
}
