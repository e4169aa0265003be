import { isBun } from "./bun-server.js";

/**
 * Whether `incoming` and `outgoing` of a request are those of Node itself. Bun and Deno imitate them: the order and the
 * events of their responses differ.
 */
export function isNode(): boolean {
  return !isBun() && !("Deno" in globalThis);
}
