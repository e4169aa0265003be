import type { AttemptRecord } from "../generation/generation-record.js";
import type { EndReport } from "../ports/telemetry.js";

/**
 * `error.type` of an attempt: the provider's error code, or `outcome_unknown` if no response proved an outcome. `null`
 * without an error.
 */
export function errorTypeOf({ failure, state }: AttemptRecord): string | null {
  if (state === "failed" || state === "rejected") return failure?.code ?? "_OTHER";
  return state === "unknown" ? "outcome_unknown" : null;
}

/** Epoch milliseconds of the end of an attempt: its own, else the start of the next one, else the generation's end. */
export function endOfAttempt(attempt: AttemptRecord, { attempts, generation }: EndReport): number {
  const next = attempts.find(({ number }) => number === attempt.number + 1);
  const endedAt = attempt.endedAt ?? next?.startedAt ?? generation.finishedAt ?? attempt.startedAt;
  return Math.max(endedAt, attempt.startedAt);
}

/** Epoch milliseconds at which the generation left the queue: its first attempt, or its end without one. */
export function endOfQueue({ attempts, generation }: EndReport): number {
  const endedAt = attempts[0]?.startedAt ?? generation.finishedAt ?? generation.createdAt;
  return Math.max(endedAt, generation.createdAt);
}
