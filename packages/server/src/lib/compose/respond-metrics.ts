import type { QueueReading } from "../ports/store/queue-reading.js";
import { metricsText, metricsType } from "../telemetry/metrics-text.js";

/** Responds to a scrape with the metrics of the queue. */
export function respondMetrics(reading: QueueReading): Response {
  return new Response(metricsText(reading), { headers: { "content-type": metricsType, "cache-control": "no-store" } });
}
