import type { GenerationRecord } from "../../generation/generation-record.js";

/** A vendor's first words say too little to reckon by. */
const minProgress = 0.05;

type Times = Pick<GenerationRecord, "expectedAt" | "progress" | "progressAt" | "progressSource" | "startedAt">;

/**
 * How long it is likely to take until the end: at the pace of its own progress where the provider tells, else by how long
 * others took; 0 once that is over.
 *
 * @returns milliseconds; `null` when nobody can guess.
 */
export function estimateTimeLeftMs(times: Times, now: number): number | null {
  const endsAt = endByProgress(times) ?? times.expectedAt;
  return endsAt === null ? null : Math.max(0, Math.round(endsAt - now));
}

function endByProgress({ progress, progressAt, progressSource, startedAt }: Times): number | null {
  if (progressSource !== "provider" || progress === null || progress < minProgress) return null;
  if (progressAt === null || startedAt === null || progressAt <= startedAt) return null;
  return startedAt + (progressAt - startedAt) / progress;
}
