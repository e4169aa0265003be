import type { BatchObservableCallback, Meter, ObservableGauge } from "@opentelemetry/api";
import type { QueueReading } from "../ports/store/queue-reading.js";
import { queueMetrics, safelightAttributes } from "./attribute-names.js";

/**
 * Registers the gauges of the queue. Each collection reads the database once; a failed read leaves the gauges out.
 *
 * @returns a function that unregisters them.
 */
export function watchQueue(meter: Meter, read: () => Promise<QueueReading>): () => void {
  const create = ({ name, ...options }: (typeof queueMetrics)[keyof typeof queueMetrics]): ObservableGauge =>
    meter.createObservableGauge(name, options);
  const active = create(queueMetrics.active);
  const oldestDue = create(queueMetrics.oldestDue);
  const outbox = create(queueMetrics.outbox);
  const observe: BatchObservableCallback = async (result) => {
    const reading = await read().catch(() => null);
    if (reading === null) return;
    for (const [state, count] of Object.entries(reading.active))
      result.observe(active, count, { [safelightAttributes.state]: state });
    result.observe(oldestDue, reading.oldestDueMs / 1_000);
    result.observe(outbox, reading.outbox);
  };
  const gauges = [active, oldestDue, outbox];
  meter.addBatchObservableCallback(observe, gauges);
  return () => meter.removeBatchObservableCallback(observe, gauges);
}
