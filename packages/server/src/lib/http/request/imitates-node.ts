import { isBun } from "./bun-server.js";

/**
 * Whether the runtime is Bun or Deno, which imitate Node's `incoming` and `outgoing`: the order and the events of their
 * responses differ.
 */
export function imitatesNode(): boolean {
  return isBun() || "Deno" in globalThis;
}
