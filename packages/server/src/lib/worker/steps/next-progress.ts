import type { GenerationRecord } from "../../generation/generation-record.js";
import type { OperationStatus } from "../../ports/provider.js";
import type { ProgressWrite } from "../../ports/store/store-commands.js";

/** Progress is written at most this often per generation. */
export const progressIntervalMs = 1_000;
/** Only the end of a generation is 1. */
const almostDone = 0.99;

/** What an owner may be told of a job that goes on. */
export type ProgressNews = Omit<ProgressWrite, "preview">;

/**
 * What is new to the owner in a provider's word.
 *
 * @param options.hasPreview the word came with a picture, which is news by itself.
 * @returns `null` when it is too soon, nothing changed, or progress would go back.
 */
export function nextProgress(options: {
  readonly status: Extract<OperationStatus, { readonly type: "queued" | "running" }>;
  readonly generation: Pick<GenerationRecord, "progress" | "progressSource" | "queuePosition" | "progressAt">;
  readonly now: number;
  readonly hasPreview: boolean;
}): ProgressNews | null {
  const { status, generation, now, hasPreview } = options;
  if (generation.progressAt !== null && now - generation.progressAt < progressIntervalMs) return null;
  const value = status.type === "running" ? toValue(status.progress) : null;
  const queuePosition = status.type === "queued" ? toPosition(status.queuePosition) : null;
  const isFurther = value !== null && value > (generation.progress ?? -1);
  if (!isFurther && queuePosition === generation.queuePosition && !hasPreview) return null;
  return {
    value: isFurther ? value : null,
    source: value === null ? generation.progressSource : "provider",
    queuePosition,
  };
}

function toValue(progress: number | null): number | null {
  if (progress === null || !Number.isFinite(progress)) return null;
  return Math.min(Math.max(progress, 0), almostDone);
}

function toPosition(position: number | null): number | null {
  return position === null || !Number.isSafeInteger(position) || position < 0 ? null : position;
}
