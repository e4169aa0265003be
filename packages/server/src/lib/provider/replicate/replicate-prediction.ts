import type { CancelOutcome, OperationStatus, VendorCost } from "../../ports/provider.js";
import { failed } from "../kit/failures/failed.js";
import { fieldsOf } from "../kit/request/vendor-json.js";
import { tqdmProgress } from "../kit/tqdm-progress.js";
import { failureOf } from "./replicate-failure.js";
import { outputsOf, type ReplicateFiles } from "./replicate-outputs.js";

/**
 * What a prediction says about itself.
 *
 * @param now epoch milliseconds.
 * @throws where it is none.
 */
export function statusOf(id: string, prediction: unknown, files: ReplicateFiles, now: number): OperationStatus {
  const { status, output, error, logs, metrics, data_removed } = fieldsOf(prediction);
  switch (status) {
    case "starting":
      return { type: "queued", queuePosition: null };
    case "succeeded":
      return ended(id, output, { isRemoved: data_removed === true, files, ...costsOf(metrics) });
    case "failed":
      return { type: "failed", failure: failureOf(id, error), ...costsOf(metrics) };
    case "canceled":
    case "aborted":
      return stopped(id, prediction, now);
    default:
      if (typeof status !== "string") throw new Error(`Replicate's answer is no prediction ${id}.`);
      return { type: "running", progress: typeof logs === "string" ? tqdmProgress(logs) : null };
  }
}

/**
 * What became of a cancel, by the prediction as it is after it.
 *
 * @throws where it is none.
 */
export function cancelOutcomeOf(id: string, prediction: unknown): CancelOutcome {
  const { status } = fieldsOf(prediction);
  switch (status) {
    case "canceled":
    case "aborted":
      return "canceled";
    case "succeeded":
    case "failed":
      return "too_late";
    default:
      if (typeof status !== "string") throw new Error(`Replicate's answer is no prediction ${id}.`);
      return "requested";
  }
}

interface Ended {
  readonly isRemoved: boolean;
  readonly files: ReplicateFiles;
  readonly costs?: readonly VendorCost[];
}

function ended(id: string, output: unknown, { isRemoved, files, ...costs }: Ended): OperationStatus {
  const outputs = outputsOf(output, files);
  if (outputs.some((each) => !("failure" in each))) return { type: "done", outputs, ...costs };
  if (isRemoved) {
    const message = `Replicate has removed the output of prediction ${id}, as it does an hour after its end.`;
    return { ...failed("result_expired", message), ...costs };
  }
  return { ...failed("no_output", `Replicate's prediction ${id} succeeded without a file.`), ...costs };
}

/** Whoever asked for it: the owner, or the deadline that the prediction was given. */
function stopped(id: string, prediction: unknown, now: number): OperationStatus {
  const { status, deadline, completed_at } = fieldsOf(prediction);
  const endedAt = toInstant(completed_at) ?? now;
  const deadlineAt = toInstant(deadline);
  if (deadlineAt === null || endedAt < deadlineAt) return { type: "canceled" };
  const message = `Replicate's prediction ${id} was ${status === "aborted" ? "aborted" : "canceled"} at its deadline.`;
  // One that was running is billed, and would be again.
  const retryable = status === "aborted";
  return { type: "failed", failure: { code: "provider_timeout", message, retryable } };
}

function toInstant(value: unknown): number | null {
  const instant = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(instant) ? null : instant;
}

/** Models that are priced by the picture tell their seconds, too. */
function costsOf(metrics: unknown): { readonly costs?: readonly VendorCost[] } {
  const { predict_time: amount } = fieldsOf(metrics);
  const isCost = typeof amount === "number" && Number.isFinite(amount) && amount >= 0;
  return isCost ? { costs: [{ amount, unit: "seconds" }] } : {};
}
