import type { GenerationRecord } from "../../generation/generation-record.js";

/** Progress below this is too imprecise to extrapolate. */
const minProgress = 0.05;

type Times = Pick<GenerationRecord, "expectedAt" | "progress" | "progressAt" | "progressSource" | "startedAt">;

/**
 * Estimates the time until the end: extrapolates the progress that the provider reports, else uses the duration of earlier
 * runs. 0 once that time has passed.
 *
 * @returns milliseconds; `null` without an estimate.
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
