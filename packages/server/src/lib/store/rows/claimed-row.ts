import type { ClaimedGeneration } from "../../generation/generation-record.js";
import { type AttemptRow, fromJson, type GenerationRow, parseJson, toAttempt, toGeneration } from "./generation-row.js";

/** A generation with its latest attempt. `parsedInput`: JSON. */
export type ClaimedRow = GenerationRow & AttemptRow & { readonly parsedInput: string | null };

export function toClaimed(row: ClaimedRow): ClaimedGeneration {
  return {
    generation: toGeneration(row),
    parsedInput: fromJson(row.parsedInput),
    attempt: toAttempt(row),
    now: row.touchedAt,
    unreadable: unreadableOf(row),
  };
}

/**
 * The damaged value without which the generation cannot continue. The worker tolerates every other damaged value: it
 * polls again for lost outputs, and looks up a job without a hint by its token.
 */
function unreadableOf({ attemptOperation, attemptOutputs, parsedInput, state }: ClaimedRow): string | null {
  const isDamaged = (text: string | null) => text !== null && parseJson(text) === undefined;
  if (state === "queued" || state === "retry_wait") return isDamaged(parsedInput) ? "parsedInput" : null;
  const needsOperation = state === "running" || (state === "storing" && fromJson(attemptOutputs) === null);
  return needsOperation && isDamaged(attemptOperation) ? "operation" : null;
}
