import { isSpanContextValid, type Link, type SpanContext, trace } from "@opentelemetry/api";
import { safelightAttributes } from "./attribute-names.js";

/** Max remembered submits. The oldest are evicted: their generations may end in another process. */
const maxRemembered = 10_000;

/** Connects the trace of a generation with the trace of the request that submitted it. */
export interface RequestLinks {
  /** Call it while the request's span is active: sets `safelight.generation.id` on it, if there is one. */
  remember(generationId: string): void;
  /** The link to the request, once; none if another process handled it, or it had no span. */
  take(generationId: string): readonly Link[];
}

export function createRequestLinks(): RequestLinks {
  const remembered = new Map<string, SpanContext>();
  return {
    remember(generationId) {
      const span = trace.getActiveSpan();
      const context = span?.spanContext();
      if (span === undefined || context === undefined || !isSpanContextValid(context)) return;
      span.setAttribute(safelightAttributes.generationId, generationId);
      remembered.set(generationId, context);
      if (remembered.size <= maxRemembered) return;
      for (const oldest of remembered.keys()) {
        remembered.delete(oldest);
        break;
      }
    },
    take(generationId) {
      const context = remembered.get(generationId);
      remembered.delete(generationId);
      return context === undefined ? [] : [{ context }];
    },
  };
}
