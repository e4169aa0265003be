import type { OperationStatus } from "../../ports/provider.js";
import { failed } from "../kit/failures/failed.js";
import { whenNotFound } from "../kit/failures/when-not-found.js";
import { fieldsOf, jsonOf } from "../kit/request/vendor-json.js";
import type { VendorAnswer } from "../kit/request/vendor-request.js";
import { codeOfWord } from "./bfl-failure.js";
import type { BflJob } from "./bfl-job.js";

/**
 * What the vendor says about a job.
 *
 * @param now epoch milliseconds.
 * @throws for an answer that says nothing about it.
 */
export function bflStatus(answer: VendorAnswer, job: BflJob, now: number): OperationStatus {
  if (answer.status === 404) return whenNotFound({ name: `BFL's job ${job.id}`, acceptedAt: job.acceptedAt, now });
  const reply = jsonOf(answer);
  if (answer.status !== 200 || typeof reply !== "object" || reply === null) {
    throw new Error(`BFL answered ${answer.status} about the job ${job.id}, and nothing that says how it is doing.`);
  }
  const { error, result, state, status = state } = fieldsOf(reply);
  switch (toWord(status)) {
    case "ready":
      return whenReady(fieldsOf(result).sample, job);
    case "requestmoderated":
      return failed("content_blocked", `BFL moderated the request of the job ${job.id}.`);
    case "contentmoderated":
      return failed("content_blocked", `BFL moderated the output of the job ${job.id}.`);
    case "error":
    case "failed":
      return failed(codeOfWord(error) ?? "provider_error", `BFL's job ${job.id} ended with an error.`);
    case "tasknotfound":
      return whenNotFound({ name: `BFL's job ${job.id}`, acceptedAt: job.acceptedAt, now });
    default:
      return { type: "running", progress: null };
  }
}

function whenReady(sample: unknown, { id }: BflJob): OperationStatus {
  if (typeof sample === "string" && sample !== "") return { type: "done", outputs: [{ url: sample }] };
  return failed("no_output", `BFL's job ${id} is ready, without a picture.`);
}

/** `Task not found` and `task_not_found` are one word. */
function toWord(status: unknown): string {
  return typeof status === "string" ? status.toLowerCase().replaceAll(/[\s_-]/g, "") : "";
}
