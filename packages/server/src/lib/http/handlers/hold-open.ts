import type { Context } from "hono";
import { isBun } from "../request/bun-server.js";
import type { RouterEnv } from "../request/router-context.js";

/** Below Bun's default idle timeout of 10 seconds. */
const maxSilenceInBunMs = 8_000;
/** Added to the wait, so that the timeout does not cut a response in progress. */
const marginSeconds = 10;

/**
 * Raises the idle timeout of a connection whose response may send nothing for a while. `Bun.serve` closes a connection
 * that is idle for 10 seconds by default, even during a request.
 *
 * @returns max time without bytes, in milliseconds: `ms`, or less in Bun if the host did not pass Bun's server.
 */
export function holdOpen(c: Context<RouterEnv>, ms: number): number {
  const { bunServer, incoming } = c.env;
  // `node:http` in Bun has no such timeout.
  if (ms === 0 || !isBun() || incoming !== undefined) return ms;
  if (bunServer === undefined) return Math.min(ms, maxSilenceInBunMs);
  bunServer.timeout(c.req.raw, Math.ceil(ms / 1_000) + marginSeconds);
  return ms;
}
