import type { Storage } from "../ports/storage.js";
import type { OutboxItem } from "../ports/store-commands.js";
import { persist } from "./persist.js";
import { withinTime } from "./within-time.js";
import type { WorkerContext } from "./worker-context.js";

/** What this worker knows to do. */
export const outboxTopics = ["delete_objects", "delete_prefix"] as const;

const batch = 20;
/** An item that was not confirmed in this time is due again. */
const leaseMs = 60_000;
/** A storage that hangs must not hold up what else there is to do. Within the lease, so that nobody else has begun. */
const limitMs = 30_000;

/**
 * Does the work that commits left for others: removes bytes whose row is gone. What fails is due again later.
 *
 * @param signal once aborted, what is left stays for the next worker.
 * @returns how many items were taken.
 */
export async function drainOutbox(context: WorkerContext, signal: AbortSignal): Promise<number> {
  const items = await context.store.claimOutbox({ topics: outboxTopics, limit: batch, leaseMs });
  // Beside each other: an item that hangs takes its own time only.
  await Promise.all(items.map((item) => drainItem(context, item, signal)));
  return items.length;
}

async function drainItem(context: WorkerContext, item: OutboxItem, signal: AbortSignal): Promise<void> {
  const { clock, logger, onCrashPoint, storage, store } = context;
  if (signal.aborted) return;
  try {
    await withinTime(clock, { limitMs, signal }, removeBytes(storage, item));
    onCrashPoint?.("P18");
  } catch (error) {
    if (signal.aborted) return;
    logger.warn("Bytes could not be removed yet.", { storage: storage.id, error: String(error) });
    return;
  }
  await persist(context, signal, () => store.confirmOutbox({ id: item.id }));
}

async function removeBytes(storage: Storage, item: OutboxItem): Promise<void> {
  switch (item.topic) {
    case "delete_objects":
      for (const key of item.keys) await storage.delete(key);
      return;
    case "delete_prefix":
      return storage.deleteAll(item.prefix);
  }
}
