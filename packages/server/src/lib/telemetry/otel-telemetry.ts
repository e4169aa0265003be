import { type Attributes, type Meter, metrics, type Tracer, trace } from "@opentelemetry/api";
import type { Json } from "@safelight/client/contract";
import { checkOptionNames } from "../model/check-option-names.js";
import { cutText } from "../ports/cut-text.js";
import type { EndReport, Telemetry } from "../ports/telemetry.js";
import { genAi, semconv } from "./attribute-names.js";
import { createInstruments } from "./create-instruments.js";
import { createRequestLinks } from "./request-links.js";
import { traceGeneration } from "./trace-generation.js";
import { watchQueue } from "./watch-queue.js";

const scope = "@safelight/server";

/** Max characters of an input on a span. */
const maxInputLength = 16_000;

/** Options of {@link otelTelemetry}. */
export interface OtelTelemetryOptions {
  /** @default the tracer `@safelight/server` of the global provider */
  readonly tracer?: Tracer;
  /** @default the meter `@safelight/server` of the provider that is global at this call: start the SDK before it */
  readonly meter?: Meter;
  /**
   * Returns the text of an input for the trace, for example without names; `null` for none. If it throws, the text is left
   * out. The text is personal data in most hosts: it stays in the tracing backend after `deleteOwner`.
   * @default no input is in a trace
   */
  readonly inputs?: (input: Json) => string | null;
  /**
   * Whether a trace has the id of the owner, as `user.id`. Ids stay in the tracing backend after `deleteOwner`.
   * @default false: only `safelight.owner.tag`, an opaque hash
   */
  readonly owners?: boolean;
}

/**
 * Writes one trace for each generation when it ends, and metrics, through the host's OpenTelemetry. Needs the optional
 * peer `@opentelemetry/api`; exporters and sampling are the host's.
 *
 * @throws {TypeError} for an unknown option.
 */
export function otelTelemetry(options: OtelTelemetryOptions = {}): Telemetry {
  checkOptionNames(options, {
    where: "otelTelemetry",
    names: { tracer: true, meter: true, inputs: true, owners: true },
  });
  const { tracer = trace.getTracer(scope), meter = metrics.getMeter(scope) } = options;
  const instruments = createInstruments(meter);
  const links = createRequestLinks();
  return {
    submitted: (report) => {
      instruments.recordSubmit(report);
      if (report.outcome === "accepted" && report.generationId !== null) links.remember(report.generationId);
    },
    ended: (report) => {
      instruments.recordEnd(report);
      const attributes = personalAttributes(report, options);
      traceGeneration(report, { tracer, attributes, links: links.take(report.generation.id) });
    },
    logged: (report) => instruments.recordLog(report),
    watchQueue: (read) => watchQueue(meter, read),
  };
}

/** The attributes that the host asked for. */
function personalAttributes({ generation }: EndReport, { inputs, owners = false }: OtelTelemetryOptions): Attributes {
  const text = inputs === undefined ? null : textOf(generation.input, inputs);
  return {
    ...(owners && { [semconv.userId]: generation.ownerId }),
    ...(text !== null && { [genAi.inputMessages]: JSON.stringify([userMessage(text)]) }),
  };
}

/** If `inputs` throws, leaves the text out: keeps the trace, and never records an unredacted input. */
function textOf(input: Json, redact: (input: Json) => string | null): string | null {
  try {
    const text: unknown = redact(input);
    // An async function violates the type. Its rejection must not end the process.
    if (text instanceof Promise) text.catch(() => {});
    return typeof text === "string" ? cutText(text, maxInputLength) : null;
  } catch {
    return null;
  }
}

function userMessage(content: string) {
  return { role: "user", parts: [{ type: "text", content }] };
}
