import { asRecord } from "../../json/as-record.js";
import type { CancelOutcome, OperationStatus, VendorCost } from "../../ports/provider.js";
import { failed } from "../kit/failures/failed.js";
import { tqdmProgress } from "../kit/tqdm-progress.js";
import { failureOf } from "./replicate-failure.js";
import { outputsOf, type ReplicateFiles } from "./replicate-outputs.js";

/**
 * Status of a prediction.
 *
 * @param options.now epoch milliseconds.
 * @throws if the response is not a prediction.
 */
export function statusOf(
  id: string,
  { prediction, files, now }: { readonly prediction: unknown; readonly files: ReplicateFiles; readonly now: number },
): OperationStatus {
  const { status, output, error, logs, metrics, data_removed } = asRecord(prediction);
  switch (status) {
    case "starting":
      return { type: "queued", queuePosition: null };
    case "succeeded":
      return ended(id, { output, ended: { isRemoved: data_removed === true, files, ...costsOf(metrics) } });
    case "failed":
      return { type: "failed", failure: failureOf(id, error), ...costsOf(metrics) };
    case "canceled":
    case "aborted":
      return stopped(id, { prediction, now });
    default:
      if (typeof status !== "string") throw new Error(`Replicate's response is not the prediction ${id}.`);
      return { type: "running", progress: typeof logs === "string" ? tqdmProgress(logs) : null };
  }
}

/**
 * Outcome of a cancel request, from the status of the prediction afterwards.
 *
 * @throws if the response is not a prediction.
 */
export function cancelOutcomeOf(id: string, prediction: unknown): CancelOutcome {
  const { status } = asRecord(prediction);
  switch (status) {
    case "canceled":
    case "aborted":
      return "canceled";
    case "succeeded":
    case "failed":
      return "too_late";
    default:
      if (typeof status !== "string") throw new Error(`Replicate's response is not the prediction ${id}.`);
      return "requested";
  }
}

interface Ended {
  readonly isRemoved: boolean;
  readonly files: ReplicateFiles;
  readonly costs?: readonly VendorCost[];
}

function ended(
  id: string,
  { output, ended: { isRemoved, files, ...costs } }: { readonly output: unknown; readonly ended: Ended },
): OperationStatus {
  const outputs = outputsOf(output, files);
  if (outputs.some((each) => !("failure" in each))) return { type: "done", outputs, ...costs };
  if (isRemoved) {
    const message = `Replicate has removed the output of prediction ${id}, which it does one hour after the end.`;
    return { ...failed("result_expired", message), ...costs };
  }
  return { ...failed("no_output", `Replicate's prediction ${id} succeeded without a file.`), ...costs };
}

/** A prediction is canceled by the owner or by its own deadline. */
function stopped(
  id: string,
  { prediction, now }: { readonly prediction: unknown; readonly now: number },
): OperationStatus {
  const { status, deadline, completed_at } = asRecord(prediction);
  const endedAt = toInstant(completed_at) ?? now;
  const deadlineAt = toInstant(deadline);
  if (deadlineAt === null || endedAt < deadlineAt) return { type: "canceled" };
  const message = `Replicate's prediction ${id} was ${status === "aborted" ? "aborted" : "canceled"} at its deadline.`;
  // A prediction that was running is billed, and a retry would be billed again.
  const retryable = status === "aborted";
  return { type: "failed", failure: { code: "provider_timeout", message, retryable } };
}

function toInstant(value: unknown): number | null {
  const instant = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(instant) ? null : instant;
}

/** Models with a price per image report seconds as well. */
function costsOf(metrics: unknown): { readonly costs?: readonly VendorCost[] } {
  const { predict_time: amount } = asRecord(metrics);
  const isCost = typeof amount === "number" && Number.isFinite(amount) && amount >= 0;
  return isCost ? { costs: [{ amount, unit: "seconds" }] } : {};
}
