import type { TerminalGeneration } from "@safelight/client/contract";
import { countCredits, describeOutcome, describeRefund } from "./describe-outcome.ts";

/** Title of a notice: the outcome of the generation. */
export function noticeTitle(generation: TerminalGeneration): string {
  if (generation.status !== "completed") return describeOutcome(generation).replace(/\.$/, "");
  return generation.requestedOutputs > 1 ? "Your pictures are ready" : "Your picture is ready";
}

/** Detail of a notice: the refund, as a sentence; `null` if there is nothing to state. */
export function noticeDetail(generation: TerminalGeneration): string | null {
  const refund = describeRefund(generation);
  return refund === null ? null : `${refund}.`;
}

/** Details of a summary notice: the number of each outcome and the total refund, such as `15 ready, 3 failed.` */
export function summaryDetails(generations: readonly TerminalGeneration[]): readonly string[] {
  const count = (status: TerminalGeneration["status"]) =>
    generations.filter((generation) => generation.status === status).length;
  const outcomes = [
    [count("completed"), "ready"],
    [count("failed"), "failed"],
    [count("canceled"), "canceled"],
  ] as const;
  const counts = outcomes.filter(([total]) => total > 0).map(([total, word]) => `${total} ${word}`);
  const refunded = generations.reduce((sum, { refundedCredits }) => sum + (refundedCredits ?? 0), 0);
  return [`${counts.join(", ")}.`, ...(refunded > 0 ? [`${countCredits(refunded)} refunded.`] : [])];
}
