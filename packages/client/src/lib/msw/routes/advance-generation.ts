import type { FailureCode } from "../../contract/failure.js";
import { isTerminalStatus } from "../../contract/generation.js";
import type { MockGeneration } from "../state/mock-generation.js";
import type { MockOwner } from "../state/mock-owner.js";

/** Progress that a test reports for a generation. */
export interface MockProgress {
  /** Milliseconds until the end. */
  readonly etaMs?: number | null;
  /** Generations ahead in the queue. */
  readonly queuePosition?: number | null;
  /** Whether there is a preview. */
  readonly preview?: boolean;
  /**
   * Origin of the progress: the provider, or an estimate from earlier runs.
   * @default "provider"
   */
  readonly source?: "provider" | "estimate";
  /** Expected finish time as an ISO 8601 timestamp. Unchanged if omitted. */
  readonly expectedAt?: string | null;
}

/** Only completion reports 1. */
const maxBeforeCompletion = 0.99;

/** Starts the generation if necessary, and sets its progress, which never decreases. */
export function advance(
  owner: MockOwner,
  {
    generation,
    value,
    options,
  }: { readonly generation: MockGeneration; readonly value: number; readonly options: MockProgress },
): MockGeneration {
  const { etaMs = null, queuePosition = null, preview = generation.hasPreview, source = "provider" } = options;
  return owner.change(generation, {
    ...startedFields(generation),
    status: "processing",
    expectedAt: options.expectedAt === undefined ? generation.expectedAt : options.expectedAt,
    progress: {
      value: Math.max(generation.progress.value ?? 0, Math.min(value, maxBeforeCompletion)),
      source,
      queuePosition,
      queuePositionAt: null,
      etaMs,
    },
    hasPreview: preview,
  });
}

/**
 * Completes the generation, and refunds the price of missing outputs.
 *
 * @throws {Error} without an output
 */
export function complete(
  owner: MockOwner,
  { generation, outputCount }: { readonly generation: MockGeneration; readonly outputCount: number },
): MockGeneration {
  if (outputCount < 1) throw new Error("A completed generation has at least one output: call fail instead.");
  const { credits, requestedOutputs } = generation;
  const missing = Math.max(requestedOutputs - outputCount, 0);
  return end(owner, {
    generation,
    ending: {
      kind: "capture",
      status: "completed",
      refund: Math.floor((credits * missing) / requestedOutputs),
      reason: `completed ${outputCount}/${requestedOutputs}`,
      fields: { ...startedFields(generation), outputCount, progress: { ...generation.progress, ...atEnd, value: 1 } },
    },
  });
}

/** Fails the generation with a full refund. */
export function fail(
  owner: MockOwner,
  { generation, code }: { readonly generation: MockGeneration; readonly code: FailureCode },
): MockGeneration {
  return end(owner, {
    generation,
    ending: {
      kind: "refund",
      status: "failed",
      refund: generation.credits,
      reason: `failed:${code} 100%`,
      fields: { failureCode: code },
    },
  });
}

/** Cancels the generation with a full refund. A finished generation is unchanged. */
export function cancel(owner: MockOwner, generation: MockGeneration): MockGeneration {
  if (isTerminalStatus(generation.status)) return generation;
  return end(owner, {
    generation,
    ending: {
      kind: "refund",
      status: "canceled",
      refund: generation.credits,
      reason: generation.startedAt === null ? "canceled:withdrawn 100%" : "canceled 100%",
      fields: { cancelRequestedAt: generation.cancelRequestedAt ?? toIso(Date.now()) },
    },
  });
}

/** Cancels a generation that no provider has started; otherwise records the request, which may come too late. */
export function requestCancel(owner: MockOwner, generation: MockGeneration): MockGeneration {
  if (generation.status === "pending") return cancel(owner, generation);
  if (isTerminalStatus(generation.status) || generation.cancelRequestedAt !== null) return generation;
  return owner.change(generation, { cancelRequestedAt: toIso(Date.now()) });
}

/** Marks a finished generation as seen, once. */
export function markSeen(owner: MockOwner, generation: MockGeneration): MockGeneration {
  if (!isTerminalStatus(generation.status) || generation.seenAt !== null) return generation;
  return owner.change(generation, { seenAt: toIso(Date.now()) });
}

function end(
  owner: MockOwner,
  {
    generation,
    ending,
  }: {
    readonly generation: MockGeneration;
    readonly ending: {
      readonly kind: "capture" | "refund";
      readonly status: "completed" | "failed" | "canceled";
      readonly refund: number;
      readonly reason: string;
      readonly fields: Partial<MockGeneration>;
    };
  },
): MockGeneration {
  const { kind, status, refund, reason, fields } = ending;
  owner.ledger.post({ kind, amount: refund, reason, generationId: generation.id });
  return owner.change(generation, {
    progress: { ...generation.progress, ...atEnd },
    ...fields,
    status,
    refundedCredits: refund,
    finishedAt: toIso(Date.now()),
    hasPreview: false,
  });
}

const atEnd = { queuePosition: null, etaMs: null } as const;

function startedFields({ startedAt }: MockGeneration): Pick<MockGeneration, "startedAt"> {
  return { startedAt: startedAt ?? toIso(Date.now()) };
}

function toIso(instant: number): string {
  return new Date(instant).toISOString();
}
