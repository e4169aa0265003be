import type { GenerationRecord } from "../../generation/generation-record.js";

/** Progress below this is too imprecise to extrapolate. */
const minProgress = 0.05;

type Times = Pick<GenerationRecord, "expectedAt" | "progress" | "progressAt" | "progressSource" | "startedAt">;

/**
 * Estimates the time until the end from the source of the progress: reported progress is extrapolated, else the duration
 * of earlier runs counts. Both together would not agree with a progress bar, which shows only one of them. 0 once the
 * estimated end has passed.
 *
 * @returns milliseconds; `null` without an estimate, and while the reported progress is too small to extrapolate.
 */
export function estimateTimeLeftMs(times: Times, now: number): number | null {
  const isReported = times.progressSource === "provider" && times.progress !== null;
  const endsAt = isReported ? endByProgress(times) : times.expectedAt;
  return endsAt === null ? null : Math.max(0, Math.round(endsAt - now));
}

function endByProgress({ progress, progressAt, startedAt }: Times): number | null {
  if (progress === null || progress < minProgress) return null;
  if (progressAt === null || startedAt === null || progressAt <= startedAt) return null;
  return startedAt + (progressAt - startedAt) / progress;
}
