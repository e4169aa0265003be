import { type Generation, isTerminal, type Progress, type QueuePosition } from "@safelight/client/contract";

/** Progress of a generation at one moment: the data of a progress bar and its label. */
export interface ProgressView {
  /** From 0 to 1. Never decreases, and is 1 only on completion; `null` while unknown. */
  readonly value: number | null;
  /** `value` in whole percent. */
  readonly percent: number | null;
  /** Milliseconds since submit, up to the end of the generation; `null` without a generation. */
  readonly elapsedMs: number | null;
  /** Milliseconds until the expected end, 0 after it; `null` without an estimate, and once finished. */
  readonly remainingMs: number | null;
  /** The generation is still running after its expected end. */
  readonly isLate: boolean;
  /** Origin of the value: the provider, an estimate from earlier runs, or `none`. */
  readonly source: Progress["source"];
  /** Generations ahead in the queue, from 0; `null` if it is not queued or the position is unknown. */
  readonly queuePosition: QueuePosition | null;
}

export const emptyView: ProgressView = {
  value: null,
  percent: null,
  elapsedMs: null,
  remainingMs: null,
  isLate: false,
  source: "none",
  queuePosition: null,
};

/** Rounds to 99 percent. */
export const maxUnfinished = 0.994;

/** The value of the last update; `null` while unknown. */
export function reportedValue({ status, progress: { value, source } }: Generation): number | null {
  if (status === "completed") return 1;
  return value === null || source === "none" ? null : Math.min(value, maxUnfinished);
}

/** @param options epoch milliseconds on the server's clock. `receivedAt`: when this version was received. */
export function progressView(
  generation: Generation,
  { value, now, receivedAt }: { readonly value: number | null; readonly now: number; readonly receivedAt: number },
): ProgressView {
  const { createdAt, finishedAt, progress } = generation;
  const endsAt = expectedEnd(generation, receivedAt);
  const remainingMs = endsAt === null ? null : Math.max(0, endsAt - now);
  return {
    value,
    percent: value === null ? null : Math.round(value * 100),
    elapsedMs: Math.max(0, (Date.parse(finishedAt ?? "") || now) - Date.parse(createdAt)),
    remainingMs,
    isLate: remainingMs === 0,
    source: progress.source,
    queuePosition: progress.queuePosition,
  };
}

function expectedEnd(generation: Generation, receivedAt: number): number | null {
  const { etaMs, source } = generation.progress;
  if (isTerminal(generation)) return null;
  // The provider's own estimate is better than the duration of earlier runs.
  if (generation.expectedAt !== null && source !== "provider") return Date.parse(generation.expectedAt);
  return etaMs === null ? null : receivedAt + etaMs;
}
