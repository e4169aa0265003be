import type { Context } from "hono";
import { isBun } from "../request/bun-server.js";
import type { RouterEnv } from "../request/router-context.js";

/** Below Bun's default idle limit of 10 seconds. */
const maxSilenceInBunMs = 8_000;
/** Added to the wait, so that the limit does not cut a response in progress. */
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
  if (bunServer === undefined) return Math.min(ms, maxSilenceInBunMs);
  bunServer.timeout(c.req.raw, Math.ceil(ms / 1_000) + marginSeconds);
  return ms;
}
