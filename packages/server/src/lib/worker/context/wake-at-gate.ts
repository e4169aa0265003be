import { enqueueWake } from "./enqueue-wake.js";
import type { WorkerContext } from "./worker-context.js";

/** Max generations of one wake. Each of them wakes the next ones when its attempt starts. */
const maxWoken = 20;
/** Retry interval of the first generation at a gate with capacity, in milliseconds: this worker may not have its model. */
const retryInMs = 5_000;

/**
 * Enqueues generations that wait at a gate, the first ones by rank, for a job engine. With capacity, enqueues as many as may
 * start. Without, enqueues the first one for the time at which the gate opens. A gate that opens at the end of an attempt
 * has no such time: that end wakes the next one. A sweep makes up for a lost wake.
 *
 * @param options.ifFirst the generation of a delivery that was not claimed. Only the first one of a gate is enqueued again.
 * @returns milliseconds until the gate opens: 0 if it has capacity, `Infinity` if it opens when an attempt ends.
 */
export async function wakeAtGate(
  context: Pick<WorkerContext, "dispatcher" | "lateRecords" | "limits" | "models" | "store">,
  { gate, ifFirst }: { readonly gate: string; readonly ifFirst?: string },
): Promise<number> {
  const { dispatcher, limits, models, store } = context;
  const capacities = await store.gateCapacities({ limits, models: Object.keys(models) });
  const { opensInMs, capacity } = capacities.find(({ key }) => key === gate) ?? { opensInMs: 0, capacity: 0 };
  // A worker that subscribes to wakes finds due generations in the database.
  if (dispatcher.onWake !== undefined || !Number.isFinite(opensInMs)) return opensInMs;
  const limit = ifFirst === undefined ? Math.max(Math.min(capacity, maxWoken), 1) : 1;
  const { waiting } = await store.readWaiting({ gate, limit });
  if (ifFirst !== undefined && waiting[0]?.id !== ifFirst) return opensInMs;
  const dueInMs = ifFirst !== undefined && opensInMs === 0 ? retryInMs : Math.ceil(opensInMs);
  for (const { id } of waiting) void enqueueWake(context, { generationId: id, dueInMs });
  return opensInMs;
}
