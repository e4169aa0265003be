import type { GenerationRecord } from "../../generation/generation-record.js";

/** Progress below this is too imprecise to extrapolate. */
const minProgress = 0.05;

type Times = Pick<GenerationRecord, "expectedAt" | "progress" | "progressAt" | "progressSource" | "startedAt">;

/**
 * Estimates the time until the end from the same source as the progress. If the provider has reported progress, that is
 * extrapolated, and earlier runs do not count: a bar that follows a much shorter run could not go back. Otherwise the
 * duration of earlier runs is used. 0 once that time has passed.
 *
 * @returns milliseconds; `null` without an estimate, as long as the reported progress is too small to extrapolate.
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
