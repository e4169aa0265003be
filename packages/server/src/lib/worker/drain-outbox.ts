import { interruptible } from "./interruptible.js";
import { persist } from "./persist.js";
import type { WorkerContext } from "./worker-context.js";

/** What this worker knows to do. */
export const outboxTopics = ["delete_objects"] as const;

const batch = 20;
/** An item that was not confirmed in this time is due again. */
const leaseMs = 30_000;

/**
 * Does the work that commits left for others: removes bytes whose row is gone. What fails is due again later.
 *
 * @param signal once aborted, what is left stays for the next worker.
 * @returns how many items were taken.
 */
export async function drainOutbox(context: WorkerContext, signal: AbortSignal): Promise<number> {
  const { logger, onCrashPoint, storage, store } = context;
  const items = await store.claimOutbox({ topics: outboxTopics, limit: batch, leaseMs });
  for (const item of items) {
    const { id } = item;
    if (signal.aborted) break;
    try {
      for (const key of item.topic === "delete_objects" ? item.keys : [])
        await interruptible(signal, storage.delete(key));
      onCrashPoint?.("P18");
    } catch (error) {
      if (!signal.aborted)
        logger.warn("Bytes could not be removed yet.", { storage: storage.id, error: String(error) });
      continue;
    }
    await persist(context, signal, () => store.confirmOutbox({ id }));
  }
  return items.length;
}
