import type { TerminalGeneration } from "@safelight/client/contract";
import { countCredits, describeFailure, describeRefund } from "./ending-of.ts";

/** How one generation ended, as the title of a message. */
export function noticeTitle({ status, ...generation }: TerminalGeneration): string {
  switch (status) {
    case "completed":
      return generation.requestedOutputs > 1 ? "Your pictures are ready" : "Your picture is ready";
    case "failed":
      return "This picture failed";
    case "canceled":
      return "This picture is canceled";
  }
}

/** What else there is to say of it, sentence by sentence. */
export function noticeDetails(generation: TerminalGeneration): readonly string[] {
  const refund = describeRefund(generation);
  const reason = generation.status === "failed" ? describeFailure(generation.error.code) : null;
  return [reason, refund === null ? null : `${refund}.`].filter((sentence) => sentence !== null);
}

/** How many generations ended how, and what came back, sentence by sentence: `15 ready, 3 failed.`, `12 credits returned.` */
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
  return [`${counts.join(", ")}.`, ...(refunded > 0 ? [`${countCredits(refunded)} returned.`] : [])];
}
