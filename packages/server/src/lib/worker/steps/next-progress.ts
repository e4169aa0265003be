import type { GenerationRecord } from "../../generation/generation-record.js";
import type { OperationStatus } from "../../ports/provider.js";
import type { ProgressWrite } from "../../ports/store/store-commands.js";

/** Min interval between two progress writes of a generation. */
export const progressIntervalMs = 1_000;
/** Max progress of an active generation: only a completed one reaches 1. */
const maxActiveProgress = 0.99;

/** The progress of a running job that its owner can see. */
export type ProgressUpdate = Omit<ProgressWrite, "preview">;

/**
 * The progress to record after a provider's report.
 *
 * @param options.hasPreview the report contains a preview, which counts as a change.
 * @returns `null` when the last write is too recent, nothing changed, or progress would decrease.
 */
export function nextProgress(options: {
  readonly status: Extract<OperationStatus, { readonly type: "queued" | "running" }>;
  readonly generation: Pick<GenerationRecord, "progress" | "progressSource" | "queuePosition" | "progressAt">;
  readonly now: number;
  readonly hasPreview: boolean;
}): ProgressUpdate | null {
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
  return Math.min(Math.max(progress, 0), maxActiveProgress);
}

function toPosition(position: number | null): number | null {
  return position === null || !Number.isSafeInteger(position) || position < 0 ? null : position;
}
