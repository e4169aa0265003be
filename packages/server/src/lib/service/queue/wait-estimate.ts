import type { QueuePosition } from "@safelight/client/contract";
import type { GateLimit } from "../../ports/store/gate-limit.js";

/**
 * Estimates the time until the end of a waiting generation, from the duration of earlier runs: its own run, after those
 * ahead have passed the gate. Those ahead count with the same duration.
 *
 * @param options.runMs duration of earlier runs; `null` without enough of them.
 * @param options.limit of its gate; `null` for none.
 * @returns milliseconds; `null` without an estimate. Without a limit nothing tells how fast those ahead start.
 */
export function waitEstimateMs({
  ahead,
  limit,
  runMs,
}: {
  readonly ahead: QueuePosition;
  readonly limit: GateLimit | null;
  readonly runMs: number | null;
}): number | null {
  if (runMs === null || ahead === "100+") return null;
  if (ahead === 0) return runMs;
  if (limit === null) return null;
  const byConcurrency = limit.concurrency === null ? 0 : (ahead * runMs) / limit.concurrency;
  const byRate = limit.rate === null ? 0 : ahead * limit.rate.intervalMs;
  return runMs + Math.round(Math.max(byConcurrency, byRate));
}
