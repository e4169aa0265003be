import { type Generation, isTerminal, type Progress } from "@safelight/client/contract";

/** How far a generation is at one moment: what a progress bar and the words beside it need. */
export interface ProgressView {
  /** From 0 to 1. Never goes back, and is 1 on completion alone; `null` while nothing is known. */
  readonly value: number | null;
  /** `value` in whole percent. */
  readonly percent: number | null;
  /** Since it was submitted, in milliseconds, and until it ended; `null` without a generation. */
  readonly elapsedMs: number | null;
  /** Until its expected end, in milliseconds, and 0 after that; `null` when nobody can guess, and once it has ended. */
  readonly remainingMs: number | null;
  /** It goes on after its expected end. */
  readonly isLate: boolean;
  /** Who says so: the provider itself, an estimate from earlier runs, or nobody. */
  readonly source: Progress["source"];
  /** Generations ahead of this one, from 0; `null` when it is not queued or the position is unknown. */
  readonly queuePosition: number | null;
}

/** All times are epoch milliseconds by the server's clock. */
export interface ProgressMoment {
  /** When the generation was heard of in this form. */
  readonly heardAt: number;
  readonly now: number;
  /** The value that was shown of the same generation before; `null` for none. */
  readonly shown: number | null;
}

/** Still 99 when it is rounded to whole percent. */
const most = 0.994;

/** How far a generation is between two updates of the server. */
export function progressAt(generation: Generation, moment: ProgressMoment): ProgressView {
  const { createdAt, finishedAt, progress } = generation;
  const value = valueAt(generation, moment);
  const endsAt = expectedEnd(generation, moment.heardAt);
  const remainingMs = endsAt === null ? null : Math.max(0, endsAt - moment.now);
  return {
    value,
    percent: value === null ? null : Math.round(value * 100),
    elapsedMs: Math.max(0, (finishedAt === null ? moment.now : Date.parse(finishedAt)) - Date.parse(createdAt)),
    remainingMs,
    isLate: remainingMs === 0,
    source: progress.source,
    queuePosition: progress.queuePosition,
  };
}

function valueAt(generation: Generation, moment: ProgressMoment): number | null {
  const { value, source } = generation.progress;
  const { shown } = moment;
  if (generation.status === "completed") return 1;
  if (value === null || source === "none") return shown;
  const stands = isTerminal(generation) || moment.now <= moment.heardAt;
  const moved = stands ? value : Math.max(value, movedValue(generation, value, moment));
  return Math.max(Math.min(moved, most), shown ?? 0);
}

function movedValue(generation: Generation, value: number, { heardAt, now }: ProgressMoment): number {
  const { progress, startedAt, expectedAt } = generation;
  if (progress.source === "estimate" && startedAt !== null && expectedAt !== null) {
    const start = Date.parse(startedAt);
    return estimateAt((now - start) / Math.max(Date.parse(expectedAt) - start, 1));
  }
  // At the pace of the provider at first, and slower the longer it says nothing.
  return progress.etaMs ? 1 - (1 - value) * Math.exp((heardAt - now) / progress.etaMs) : value;
}

/** As the server estimates, so that its next answer is no jump. */
function estimateAt(share: number): number {
  return share <= 1 ? share * 0.9 : 0.99 - 0.09 * Math.exp(2 * (1 - share));
}

function expectedEnd(generation: Generation, heardAt: number): number | null {
  const { etaMs, source } = generation.progress;
  if (isTerminal(generation)) return null;
  // A provider's own pace says more than how long others took.
  if (generation.expectedAt !== null && source !== "provider") return Date.parse(generation.expectedAt);
  return etaMs === null ? null : heardAt + etaMs;
}
