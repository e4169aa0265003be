import { networkInterfaces } from "node:os";

/** The IPv4 address of this machine on its network; `null` without a network. */
export function findNetworkAddress(): string | null {
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  return addresses.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? null;
}

/** Whether a host name or address is a loopback one. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[?::1\]?)$/.test(host);
}
