import type { BatchObservableCallback, Meter } from "@opentelemetry/api";
import type { QueueReading } from "../ports/store/queue-reading.js";
import { ours } from "./attribute-names.js";

/**
 * Registers the gauges of the queue. Each collection reads the database once; a failed read leaves the gauges out.
 *
 * @returns a function that unregisters them.
 */
export function watchQueue(meter: Meter, read: () => Promise<QueueReading>): () => void {
  const active = meter.createObservableGauge("safelight.active", {
    unit: "{generation}",
    description: "Generations that have not ended, by state.",
  });
  const oldestDue = meter.createObservableGauge("safelight.oldest_due", {
    unit: "s",
    description: "How long the longest due generation has waited for a worker.",
  });
  const outbox = meter.createObservableGauge("safelight.outbox.depth", {
    unit: "{item}",
    description: "Announcements, deletions and cancels that are not confirmed yet.",
  });
  const observe: BatchObservableCallback = async (result) => {
    const reading = await read().catch(() => null);
    if (reading === null) return;
    for (const [state, count] of Object.entries(reading.active)) result.observe(active, count, { [ours.state]: state });
    result.observe(oldestDue, reading.oldestDueMs / 1_000);
    result.observe(outbox, reading.outbox);
  };
  const gauges = [active, oldestDue, outbox];
  meter.addBatchObservableCallback(observe, gauges);
  return () => meter.removeBatchObservableCallback(observe, gauges);
}
