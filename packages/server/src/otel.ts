/**
 * Traces and metrics through the host's OpenTelemetry. Needs the optional peer `@opentelemetry/api`.
 *
 * @module
 */
export { type OtelTelemetryOptions, otelTelemetry } from "./lib/telemetry/otel-telemetry.js";
