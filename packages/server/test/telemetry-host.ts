import {
  AggregationTemporality,
  MeterProvider,
  type MetricData,
  MetricReader,
  type ResourceMetrics,
} from "@opentelemetry/sdk-metrics";
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { expect } from "vitest";
import { z } from "zod";
import { defineModel } from "../src/lib/model/define-model.js";
import { type OtelTelemetryOptions, otelTelemetry } from "../src/lib/telemetry/otel-telemetry.js";
import { type ProviderScript, scriptedProvider } from "../testing/fakes/scripted-provider.js";
import { testServer } from "../testing/test-server.js";

/** A reader that a test collects by itself. */
class TestReader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE });
  }
  protected async onForceFlush(): Promise<void> {}
  protected async onShutdown(): Promise<void> {}
}

/** A host with the SDK of OpenTelemetry, with exporters in memory. */
export async function telemetryHost(
  script: ProviderScript<{ prompt: string }> = {},
  options: OtelTelemetryOptions = {},
) {
  const exporter = new InMemorySpanExporter();
  const tracer = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }).getTracer("test");
  const reader = new TestReader();
  const meter = new MeterProvider({ readers: [reader] }).getMeter("test");
  const provider = scriptedProvider<{ prompt: string }>(script);
  const flux = defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4, outputs: 2 });
  const server = await testServer({ models: { flux }, telemetry: otelTelemetry({ tracer, meter, ...options }) });
  /** The spans after the end of the worker's reports, by name. */
  const spans = async (): Promise<readonly ReadableSpan[]> => {
    await expect
      .poll(() => exporter.getFinishedSpans().some(({ name }) => name.startsWith("safelight.generation")))
      .toBe(true);
    return exporter.getFinishedSpans();
  };
  const collect = async (): Promise<ResourceMetrics> => (await reader.collect()).resourceMetrics;
  const metrics = async (): Promise<ReadonlyMap<string, MetricData>> => {
    const resourceMetrics = await collect();
    const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    return new Map(all.map((metric) => [metric.descriptor.name, metric]));
  };
  return { server, ann: server.as("ann"), spans, collect, metrics, tracer, exporter };
}
