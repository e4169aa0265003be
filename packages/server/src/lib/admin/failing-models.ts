import type { OutcomeCount } from "../ports/store/operator-counts.js";
import { countOf, groupBy } from "./count-outcomes.js";

const minFailures = 3;
/** The last hour may have begun just now, so the one before it counts, too. */
const latestHours = 2;
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
 * two latest hours. The overview has these counts, so it needs no further query.
 *
 * @param outcomes counts by hour.
 * @param hours number of hours that were counted.
 */
export function failingModelsOf(outcomes: readonly OutcomeCount[], hours: number): readonly FailingModel[] {
  const latest = outcomes.filter(
    ({ failureCode, interval, state }) =>
      interval >= hours - latestHours &&
      (state === "completed" || (state === "failed" && !otherCauses.includes(failureCode ?? ""))),
  );
  return groupBy(latest, ({ model }) => model)
    .map(([model, rows]): FailingModel => {
      const failures = rows.filter(({ state }) => state === "failed");
      const [[failureCode] = [""]] = groupBy(failures, (row) => row.failureCode ?? "");
      return { model, failed: countOf(failures), ended: countOf(rows), failureCode };
    })
    .filter(({ ended, failed }) => failed >= minFailures && failed * 2 >= ended)
    .toSorted((one, other) => other.failed - one.failed);
}
