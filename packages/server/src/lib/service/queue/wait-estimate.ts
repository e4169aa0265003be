import type { QueuePosition } from "@safelight/client/contract";
import type { GateLimit } from "../../ports/store/gate-limit.js";

/**
 * Estimates the time until the end of a waiting generation: the generations ahead pass the gate, then it runs. All are
 * assumed to take as long as earlier runs.
 *
 * @param options.ahead number of generations ahead.
 * @param options.limit of its gate; `null` for none.
 * @param options.runMs duration of earlier runs; `null` without enough of them.
 * @returns milliseconds; `null` without an estimate. Without a limit, the pace of the generations ahead is unknown.
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
