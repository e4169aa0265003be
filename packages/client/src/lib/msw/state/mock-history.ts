import { type Generation, isTerminal } from "../../contract/generation.js";
import type { Cancellation, GenerationAttempt, TimelineEvent } from "../../contract/generation-history.js";

/** The attempts of a generation: one, once it has started. */
export function attemptsOf(generation: Generation): readonly GenerationAttempt[] {
  const { startedAt, finishedAt, status } = generation;
  if (startedAt === null) return [];
  const error = generation.status === "failed" ? generation.error : null;
  const ended = { completed: "done", failed: "failed", canceled: "canceled" } as const;
  const attemptStatus = status === "pending" || status === "processing" ? "accepted" : ended[status];
  return [{ number: 1, status: attemptStatus, startedAt, endedAt: finishedAt, error }];
}

/** The events of a generation, by time. */
export function timelineOf(generation: Generation): readonly TimelineEvent[] {
  const { createdAt, startedAt, cancelRequestedAt, finishedAt, seenAt, status } = generation;
  const events: readonly (Omit<TimelineEvent, "at"> & { readonly at: string | null })[] = [
    { type: "submitted", at: createdAt, attempt: null },
    { type: "attempt_started", at: startedAt, attempt: 1 },
    { type: "accepted", at: startedAt, attempt: null },
    { type: "cancel_requested", at: cancelRequestedAt, attempt: null },
    { type: "attempt_ended", at: startedAt && finishedAt, attempt: 1 },
    { type: "stored", at: status === "completed" ? finishedAt : null, attempt: null },
    { type: "settled", at: finishedAt, attempt: null },
    { type: "seen", at: seenAt, attempt: null },
  ];
  // Times as ISO 8601 sort as text, and the sort is stable.
  return events
    .flatMap(({ at, ...event }) => (at === null ? [] : [{ ...event, at }]))
    .sort((one, other) => (one.at < other.at ? -1 : Number(one.at > other.at)));
}

/** The decision on a cancel, from the generation after it. */
export function cancellationOf(generation: Generation, hadEnded: boolean): Cancellation {
  const { credits, refundedCredits } = generation;
  if (!isTerminal(generation)) return { outcome: "requested", refund: "pending", refundCredits: credits };
  const refund = !refundedCredits ? "none" : refundedCredits === credits ? "full" : "partial";
  return { outcome: hadEnded ? "already_ended" : "canceled", refund, refundCredits: refundedCredits };
}
