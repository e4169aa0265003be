import {
  type Attributes,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { AttemptRecord } from "../generation/generation-record.js";
import type { EndReport } from "../ports/telemetry.js";
import { endOfAttempt, endOfQueue, errorTypeOf } from "./attempt-outcome.js";
import { genAi, safelightAttributes, semconv } from "./attribute-names.js";

/** How to write a trace. */
export interface TraceOptions {
  readonly tracer: Tracer;
  readonly links: readonly Link[];
  /** Further attributes of the root span. */
  readonly attributes: Attributes;
}

/**
 * Writes the trace of a generation that has ended, with the times of its rows. A live span would be lost at each crash or
 * hand-over.
 */
export function traceGeneration(report: EndReport, { attributes, links, tracer }: TraceOptions): void {
  const { attempts, costs, generation } = report;
  const finishedAt = Math.max(generation.finishedAt ?? 0, generation.createdAt);
  const root = tracer.startSpan(
    `safelight.generation ${generation.model}`,
    {
      root: true,
      kind: SpanKind.INTERNAL,
      startTime: new Date(generation.createdAt),
      attributes: { ...rootAttributes(report), ...attributes },
      links: [...links],
    },
    ROOT_CONTEXT,
  );
  const addChild = (name: string, span: ChildSpan): void => {
    const { endedAt, startedAt, onStart, ...options } = span;
    const startTime = new Date(startedAt);
    const child = tracer.startSpan(name, { ...options, startTime }, trace.setSpan(ROOT_CONTEXT, root));
    onStart?.(child);
    child.end(new Date(endedAt));
  };
  addChild("safelight.queue", { startedAt: generation.createdAt, endedAt: endOfQueue(report) });
  for (const attempt of attempts) addChild(`${genAi.operation} ${generation.model}`, attemptSpan(attempt, report));
  const last = attempts.at(-1);
  if (last?.state === "done" && last.endedAt !== null) {
    addChild("safelight.store", { startedAt: last.endedAt, endedAt: Math.max(finishedAt, last.endedAt) });
  }
  if (generation.startedAt !== null) root.addEvent("safelight.accepted", {}, new Date(generation.startedAt));
  for (const { amount, providerId, unit } of costs) {
    const cost = {
      [safelightAttributes.provider]: providerId,
      [safelightAttributes.costAmount]: amount,
      [safelightAttributes.costUnit]: unit,
    };
    root.addEvent("safelight.cost", cost, new Date(finishedAt));
  }
  if (generation.state === "failed") root.setStatus({ code: SpanStatusCode.ERROR });
  root.end(new Date(finishedAt));
}

/** A span below the root; times in epoch milliseconds. */
interface ChildSpan extends Pick<SpanOptions, "attributes" | "kind"> {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly onStart?: (span: Span) => void;
}

function attemptSpan(attempt: AttemptRecord, report: EndReport): ChildSpan {
  const { generation } = report;
  const errorType = errorTypeOf(attempt);
  return {
    kind: SpanKind.CLIENT,
    startedAt: attempt.startedAt,
    endedAt: endOfAttempt(attempt, report),
    attributes: {
      [safelightAttributes.attemptNumber]: attempt.number,
      [safelightAttributes.attemptState]: attempt.state,
      [genAi.operationName]: genAi.operation,
      [genAi.outputType]: generation.kind,
      [genAi.providerName]: attempt.providerId,
      [genAi.requestModel]: generation.model,
      [genAi.choiceCount]: generation.requestedOutputs,
      ...(errorType !== null && { [semconv.errorType]: errorType }),
    },
    onStart: (span) => {
      if (attempt.unknownAt !== null) span.addEvent("safelight.outcome_unknown", {}, new Date(attempt.unknownAt));
      // Without a description: a failure's message may quote the vendor.
      if (errorType !== null) span.setStatus({ code: SpanStatusCode.ERROR });
    },
  };
}

function rootAttributes({ generation, ownerTag }: EndReport): Attributes {
  const { failureCode, retryOf } = generation;
  return {
    [safelightAttributes.generationId]: generation.id,
    [safelightAttributes.model]: generation.model,
    [safelightAttributes.status]: generation.state,
    [safelightAttributes.requestedOutputs]: generation.requestedOutputs,
    [safelightAttributes.storedOutputs]: generation.outputs.length,
    [safelightAttributes.debitedCredits]: generation.credits,
    [safelightAttributes.refundedCredits]: generation.refundedCredits,
    [safelightAttributes.attempts]: generation.attempts,
    [safelightAttributes.ownerTag]: ownerTag,
    ...(retryOf !== null && { [safelightAttributes.retryOf]: retryOf }),
    ...(failureCode !== null && { [semconv.errorType]: failureCode }),
  };
}
