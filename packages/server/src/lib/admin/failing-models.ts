import type { OutcomeCount } from "../ports/store/operator-counts.js";

const minFailures = 3;
/** The last interval may have begun just now, so the one before it counts, too. */
const latestIntervals = 2;
/** Failures with another cause than the vendor or the server. */
const otherCauses: readonly string[] = ["content_rejected", "ended_by_operator"];

/** A model whose latest generations fail. */
export interface FailingModel {
  readonly model: string;
  readonly failed: number;
  /** Completed and failed ones. */
  readonly ended: number;
  /** The most frequent failure. */
  readonly failureCode: string;
}

/**
 * The models with at least three failures, and at least as many as completed generations, among those that were submitted in the
 * two latest intervals. The overview has these counts, so it needs no further query.
 */
export function failingModelsOf(outcomes: readonly OutcomeCount[], intervals: number): readonly FailingModel[] {
  const latest = outcomes.filter(
    ({ failureCode, interval, state }) =>
      interval >= intervals - latestIntervals &&
      (state === "completed" || (state === "failed" && !otherCauses.includes(failureCode ?? ""))),
  );
  return [...new Set(latest.map(({ model }) => model))]
    .map((model): FailingModel => {
      const rows = latest.filter((row) => row.model === model);
      const failures = rows.filter(({ state }) => state === "failed").toSorted((one, other) => other.count - one.count);
      return {
        model,
        failed: sum(failures),
        ended: sum(rows),
        failureCode: failures[0]?.failureCode ?? "",
      };
    })
    .filter(({ ended, failed }) => failed >= minFailures && failed * 2 >= ended)
    .toSorted((one, other) => other.failed - one.failed);
}

const sum = (rows: readonly OutcomeCount[]): number => rows.reduce((total, { count }) => total + count, 0);
