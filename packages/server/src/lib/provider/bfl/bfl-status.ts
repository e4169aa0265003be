import { asRecord } from "../../json/as-record.js";
import type { OperationStatus } from "../../ports/provider.js";
import { failed } from "../kit/failures/failed.js";
import { isNotFound } from "../kit/failures/is-not-found.js";
import { whenNotFound } from "../kit/failures/when-not-found.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import type { VendorResponse } from "../kit/request/vendor-request.js";
import { codeOfJobError } from "./bfl-failure.js";
import type { BflJob } from "./bfl-job.js";

/**
 * Status of a job from a poll response.
 *
 * @param options.now epoch milliseconds.
 * @throws for a response without a status.
 */
export function bflStatus(
  response: VendorResponse,
  { job, now }: { readonly job: BflJob; readonly now: number },
): OperationStatus {
  if (isNotFound(response)) return whenNotFound({ name: `BFL's job ${job.id}`, acceptedAt: job.acceptedAt, now });
  const body = jsonOf(response);
  if (response.status !== 200 || typeof body !== "object" || body === null) {
    throw new Error(`BFL responded with ${response.status} for the job ${job.id}, without a status.`);
  }
  const { error, result, state, status = state } = asRecord(body);
  switch (toWord(status)) {
    case "ready":
      return whenReady(asRecord(result).sample, job);
    case "requestmoderated":
      return failed("content_blocked", `BFL moderated the request of job ${job.id}.`);
    case "contentmoderated":
      return failed("content_blocked", `BFL moderated the output of job ${job.id}.`);
    case "error":
    case "failed":
      return failed(codeOfJobError(error) ?? "provider_error", `BFL's job ${job.id} failed.`);
    case "tasknotfound":
      return whenNotFound({ name: `BFL's job ${job.id}`, acceptedAt: job.acceptedAt, now });
    default:
      return { type: "running", progress: null };
  }
}

function whenReady(sample: unknown, { id }: BflJob): OperationStatus {
  if (typeof sample === "string" && sample !== "") return { type: "done", outputs: [{ url: sample }] };
  return failed("no_output", `BFL's job ${id} is ready but has no image.`);
}

/** Normalizes spellings such as `Task not found` and `task_not_found`. */
function toWord(status: unknown): string {
  return typeof status === "string" ? status.toLowerCase().replaceAll(/[\s_-]/g, "") : "";
}
