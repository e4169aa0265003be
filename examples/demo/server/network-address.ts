import { networkInterfaces } from "node:os";

/** The address by which others on the network reach this machine; `null` when there is none. */
export function findNetworkAddress(): string | null {
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  return addresses.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? null;
}

/** Whether a host name or address is this machine alone. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[?::1\]?)$/.test(host);
}
