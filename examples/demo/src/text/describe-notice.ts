import type { TerminalGeneration } from "@safelight/client/contract";
import { countCredits, describeOutcome, describeRefund } from "./describe-outcome.ts";

/** How one generation ended, as the title of a card. */
export function noticeTitle(generation: TerminalGeneration): string {
  if (generation.status !== "completed") return describeOutcome(generation).replace(/\.$/, "");
  return generation.requestedOutputs > 1 ? "Your pictures are ready" : "Your picture is ready";
}

/** What happened to its credits, as a sentence; `null` when nothing is to be said. */
export function noticeDetail(generation: TerminalGeneration): string | null {
  const refund = describeRefund(generation);
  return refund === null ? null : `${refund}.`;
}

/** How many generations ended how, and what was refunded, sentence by sentence: `15 ready, 3 failed.` */
export function manyDetails(generations: readonly TerminalGeneration[]): readonly string[] {
  const count = (status: TerminalGeneration["status"]) =>
    generations.filter((generation) => generation.status === status).length;
  const ends = [
    [count("completed"), "ready"],
    [count("failed"), "failed"],
    [count("canceled"), "canceled"],
  ] as const;
  const counts = ends.filter(([many]) => many > 0).map(([many, word]) => `${many} ${word}`);
  const refunded = generations.reduce((sum, { refundedCredits }) => sum + (refundedCredits ?? 0), 0);
  return [`${counts.join(", ")}.`, ...(refunded > 0 ? [`${countCredits(refunded)} refunded.`] : [])];
}
