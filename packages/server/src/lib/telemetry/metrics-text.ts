import type { QueueReading } from "../ports/store/queue-reading.js";
import { queueMetrics, safelightAttributes } from "./attribute-names.js";

/** Media type of {@link metricsText}. */
export const metricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/**
 * The gauges of the queue as OpenMetrics text. The names are those that Prometheus derives from the OTLP metrics of
 * `otelTelemetry`, so one alert rule matches both.
 */
export function metricsText({ active, oldestDueMs, outbox }: QueueReading): string {
  const label = toName(safelightAttributes.state);
  const lines = [
    ...gauge(
      queueMetrics.active,
      Object.entries(active).map(([state, count]) => `{${label}="${state}"} ${count}`),
    ),
    ...gauge(queueMetrics.oldestDue, [` ${oldestDueMs / 1_000}`]),
    ...gauge(queueMetrics.outbox, [` ${outbox}`]),
  ];
  return `${lines.join("\n")}\n# EOF\n`;
}

/** @param samples each sample without its name, such as `{safelight_state="queued"} 3`. */
function gauge(
  { description, name, unit }: (typeof queueMetrics)[keyof typeof queueMetrics],
  samples: readonly string[],
): readonly string[] {
  const family = `${toName(name)}${unit === "s" ? "_seconds" : ""}`;
  return [
    `# TYPE ${family} gauge`,
    ...(unit === "s" ? [`# UNIT ${family} seconds`] : []),
    `# HELP ${family} ${description}`,
    ...samples.map((sample) => `${family}${sample}`),
  ];
}

const toName = (name: string): string => name.replaceAll(".", "_");
