import type { GenerationRecord } from "../../generation/generation-record.js";
import type { WorkerContext } from "../context/worker-context.js";
import { mustEndAt } from "./next-step.js";
import { maxTransferMsOf } from "./transfer-limit.js";

/** Max time of a step that neither sends a paid request nor stores a result. */
const maxStepMs = 300_000;

/**
 * Max time of a step from now on: until the generation must have ended, so that a hanging call never holds it longer. A
 * paid request gets all of it, and `submitAttempt` limits it further. Storing a result gets the max time of a
 * copy and of a write of one whole output. Every other step gets at most `maxStepMs`. Settling an overdue generation needs only the
 * store.
 */
export function stepLimitMs(
  { generation, now }: { readonly generation: GenerationRecord; readonly now: number },
  context: Pick<WorkerContext, "budget" | "storingGraceMs">,
): number {
  return Math.min(limitOf(generation, mustEndAt(generation, context) - now), context.budget.leftMs);
}

function limitOf({ kind, state }: GenerationRecord, leftMs: number): number {
  if (leftMs <= 0) return maxStepMs;
  switch (state) {
    case "queued":
    case "retry_wait":
      return leftMs;
    case "storing":
      // Each transfer may use half of the remaining time: with three times the max of one, the copy and the write get it.
      return Math.min(leftMs, 3 * maxTransferMsOf(kind));
    default:
      return Math.min(leftMs, maxStepMs);
  }
}
