import { maxRetryAfterMs } from "../../ports/store/due-limits.js";
import type { CapacityQuery, GateCapacity, GateLimit } from "../../ports/store/gate-limit.js";
import type { DueRows, GateRow } from "./due-rows.js";

/**
 * In milliseconds. A job whose generation has ended holds its capacity until the vendor confirms that the job has stopped, at
 * most until this grace after the later of two times: the end, and the start of the attempt plus the time that the
 * generation had until its deadline.
 */
export const capacityGraceMs = 60_000;

export function capacityOf(
  { abandonedUntil, closedUntil, inFlight, key, now, rateTat }: GateRow,
  limit: GateLimit | undefined,
): GateCapacity {
  const closedMs = closedUntil - now;
  // Without a limit in this release, no attempt closes the gate, and the stored time is that of another one.
  if (limit === undefined) return { key, capacity: Number.POSITIVE_INFINITY, opensInMs: 0 };
  if (closedMs > 0 && closedMs <= maxRetryAfterMs) return { key, capacity: 0, opensInMs: closedMs };
  const free = limit.concurrency === null ? Number.POSITIVE_INFINITY : limit.concurrency - inFlight;
  const freeAt = abandonedUntil ?? Number.POSITIVE_INFINITY;
  if (free <= 0) return { key, capacity: 0, opensInMs: Math.max(freeAt - now, 0) };
  if (limit.rate === null) return { key, capacity: free, opensInMs: 0 };
  const { burst, intervalMs } = limit.rate;
  const isAhead = rateTat !== null && rateTat > now + burst * intervalMs + 1;
  const startsAt = isAhead ? now : Math.max(rateTat ?? 0, now);
  const starts = Math.floor((now - startsAt) / intervalMs + burst + 0.000001);
  if (starts > 0) return { key, capacity: Math.min(free, starts), opensInMs: 0 };
  return { key, capacity: 0, opensInMs: Math.max(startsAt + intervalMs - burst * intervalMs - now, 0) };
}

/** The capacities of the gates at which generations of a worker's models wait. */
export async function capacitiesFor(
  { limits, models }: CapacityQuery,
  readGates: DueRows["readGates"],
): Promise<readonly GateCapacity[]> {
  const gates = await readGates({ maxConcurrency: maxConcurrencyOf(limits), models });
  return gates.filter(({ hasKnown }) => hasKnown).map((gate) => capacityOf(gate, limitOf(gate, limits)));
}

export function limitOf({ key }: GateRow, limits: readonly GateLimit[]): GateLimit | undefined {
  return limits.find((limit) => limit.key === key);
}

/** The largest limit: a count of attempts in flight may stop there. */
export function maxConcurrencyOf(limits: readonly GateLimit[]): number {
  return Math.max(0, ...limits.map(({ concurrency }) => concurrency ?? 0));
}

/** A read of all gates at which generations wait, whatever their models. */
export function allGatesOf(limits: readonly GateLimit[]): Parameters<DueRows["readGates"]>[0] {
  return { maxConcurrency: Math.max(1, maxConcurrencyOf(limits)), models: [] };
}

/** The gates at which a waiting generation of a served model would be claimed. */
export function openGatesOf(gates: readonly GateRow[], limits: readonly GateLimit[]): readonly string[] {
  const isOpen = (gate: GateRow): boolean => {
    const limit = limitOf(gate, limits);
    if (limit !== undefined) return capacityOf(gate, limit).capacity > 0;
    // Only another release knows its limit.
    return gate.inFlight === 0 && gate.closedUntil <= gate.now && (gate.rateTat ?? 0) <= gate.now;
  };
  return gates.filter(isOpen).map(({ key }) => key);
}
