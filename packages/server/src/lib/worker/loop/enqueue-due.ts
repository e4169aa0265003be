import { enqueueWake } from "../context/enqueue-wake.js";
import type { WorkerContext } from "../context/worker-context.js";

/** Max generations of one sweep. */
export const defaultSweepLimit = 200;

/**
 * Enqueues generations whose wake was lost, or whose worker crashed.
 *
 * @returns their number.
 */
export async function enqueueDue(
  context: Pick<WorkerContext, "dispatcher" | "lateRecords" | "limits" | "store" | "sweepAfterMs">,
  { limit, models }: { readonly limit: number; readonly models: readonly string[] },
): Promise<number> {
  const { limits, store, sweepAfterMs = 2_000 } = context;
  const ids = await store.listDue({ models, forMs: sweepAfterMs, limit, limits });
  // Waits for the engine, so that repeated sweeps do not overload it.
  await Promise.all(ids.map((generationId) => enqueueWake(context, { generationId, dueInMs: 0 })));
  return ids.length;
}
