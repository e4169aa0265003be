import { type Generation, isTerminal, type Progress } from "@safelight/client/contract";

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
  readonly queuePosition: number | null;
}

/** All times are epoch milliseconds on the server's clock. */
export interface ProgressMoment {
  /** When this version of the generation was received. */
  readonly receivedAt: number;
  readonly now: number;
  /** Value shown before for the same generation; `null` for none. */
  readonly shown: number | null;
}

/** Rounds to 99 percent. */
const maxUnfinished = 0.994;

/** Interpolates the progress of a generation between two updates of the server. */
export function progressAt(generation: Generation, moment: ProgressMoment): ProgressView {
  const { createdAt, finishedAt, progress } = generation;
  const value = valueAt(generation, moment);
  const endsAt = expectedEnd(generation, moment.receivedAt);
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
  const isFixed = isTerminal(generation) || moment.now <= moment.receivedAt;
  const current = isFixed ? value : Math.max(value, interpolatedValue(generation, value, moment));
  return Math.max(Math.min(current, maxUnfinished), shown ?? 0);
}

// biome-ignore lint/complexity/useMaxParams: an object would add bytes to each page
function interpolatedValue(generation: Generation, value: number, { receivedAt, now }: ProgressMoment): number {
  const { progress, startedAt, expectedAt } = generation;
  if (progress.source === "estimate" && startedAt !== null && expectedAt !== null) {
    const start = Date.parse(startedAt);
    return estimateAt((now - start) / Math.max(Date.parse(expectedAt) - start, 1));
  }
  // Starts at the provider's pace, and slows down while the provider reports nothing.
  return progress.etaMs ? 1 - (1 - value) * Math.exp((receivedAt - now) / progress.etaMs) : value;
}

/** The server's own formula, so that its next update causes no jump. */
function estimateAt(share: number): number {
  return share <= 1 ? share * 0.9 : 0.99 - 0.09 * Math.exp(2 * (1 - share));
}

function expectedEnd(generation: Generation, receivedAt: number): number | null {
  const { etaMs, source } = generation.progress;
  if (isTerminal(generation)) return null;
  // The provider's own estimate is better than the duration of earlier runs.
  if (generation.expectedAt !== null && source !== "provider") return Date.parse(generation.expectedAt);
  return etaMs === null ? null : receivedAt + etaMs;
}
