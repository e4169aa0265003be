import { type Generation, isTerminal } from "@safelight/client/contract";
import { maxUnfinished, type ProgressView, progressView, reportedValue } from "./progress-view.js";

/** All times are epoch milliseconds on the server's clock. */
export interface ProgressMoment {
  /** When this version of the generation was received. */
  readonly receivedAt: number;
  readonly now: number;
  /** Value shown before for the same generation; `null` for none. */
  readonly shown: number | null;
}

/** Interpolates the progress of a generation between two updates of the server. */
export function progressAt(generation: Generation, moment: ProgressMoment): ProgressView {
  return progressView(generation, { ...moment, value: valueAt(generation, moment) });
}

function valueAt(generation: Generation, moment: ProgressMoment): number | null {
  const value = reportedValue(generation);
  const { shown } = moment;
  if (value === null) return shown;
  if (value > maxUnfinished) return value;
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
