import type { Context } from "hono";
import type { RouterEnv } from "./router-context.js";

/** Bun's server, which Bun passes to `fetch` as its second argument. */
export interface BunServer {
  /** Sets the idle limit of a request, in seconds, 255 at most. */
  timeout(request: Request, seconds: number): void;
}

/** Below Bun's default idle limit of 10 seconds. */
const maxSilentMs = 8_000;
/** Beyond the wait: the limit must not cut the response while it is made. */
const marginSeconds = 10;

/**
 * Prepares the connection for a response that may send nothing for a while. `Bun.serve` closes a connection that is idle
 * for 10 seconds by default, also in the middle of a request.
 *
 * @returns how long the response may stay silent, in milliseconds: `ms`, or less in Bun where its server is not known.
 */
export function holdOpen(c: Context<RouterEnv>, ms: number): number {
  const { bunServer, incoming } = c.env;
  // `node:http` in Bun has no such limit.
  if (ms === 0 || !isBun() || incoming !== undefined) return ms;
  if (bunServer === undefined) return Math.min(ms, maxSilentMs);
  bunServer.timeout(c.req.raw, Math.ceil(ms / 1_000) + marginSeconds);
  return ms;
}

/**
 * Finds Bun's server in what a host hands over with a request: the server itself, as `Bun.serve({ fetch: handler })` does,
 * or an object that has it as `server`, as Hono's documentation does.
 */
export function bunServerOf(bindings: unknown): BunServer | undefined {
  if (!isBun() || typeof bindings !== "object" || bindings === null) return undefined;
  if (isBunServer(bindings)) return bindings;
  const server: unknown = Reflect.get(bindings, "server");
  return isBunServer(server) ? server : undefined;
}

function isBunServer(value: unknown): value is BunServer {
  return typeof value === "object" && value !== null && "timeout" in value && typeof value.timeout === "function";
}

function isBun(): boolean {
  return "Bun" in globalThis;
}
