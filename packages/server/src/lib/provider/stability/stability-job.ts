import type { Json } from "@safelight/client/contract";
import type { OperationStatus } from "../../ports/provider.js";
import { failed } from "../kit/failures/failed.js";
import { whenNotFound } from "../kit/failures/when-not-found.js";
import { fieldsOf, jsonOf } from "../kit/request/vendor-json.js";
import type { VendorAnswer } from "../kit/request/vendor-request.js";
import { stabilityOutput } from "./stability-output.js";

/** A job of one of the tools that queue. */
export interface StabilityJob {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly acceptedAt: number;
}

/** The vendor asks not to be asked more often. */
const pollAfterMs = 10_000;
/** How long the vendor keeps a result. */
const keptForMs = 86_400_000;

/** The job of an operation; `null` when it is another adapter's. */
export function toJob(operation: Json): StabilityJob | null {
  const { id, acceptedAt } = fieldsOf(operation);
  if (typeof id !== "string" || id === "") return null;
  return { id, acceptedAt: typeof acceptedAt === "number" ? acceptedAt : 0 };
}

/**
 * What the vendor says about a job.
 *
 * @param now epoch milliseconds.
 * @throws for an answer that says nothing about it.
 */
export function stabilityStatus(
  answer: VendorAnswer,
  { job, contentType, now }: { readonly job: StabilityJob; readonly contentType: string; readonly now: number },
): OperationStatus {
  const running = { type: "running", progress: null, pollAfterMs } as const;
  if (answer.status === 202) return running;
  if (answer.status === 404) {
    return whenNotFound({ name: `Stability AI's job ${job.id}`, acceptedAt: job.acceptedAt, now, keptForMs });
  }
  if (answer.status === 403 && fieldsOf(jsonOf(answer)).name === "content_moderation") {
    return failed("content_blocked", `Stability AI moderated the job ${job.id}.`);
  }
  const output = answer.status === 200 ? stabilityOutput(answer, contentType) : null;
  if (output !== null) {
    return "failure" in output ? { type: "failed", failure: output.failure } : { type: "done", outputs: [output] };
  }
  // A word where the picture should be, as 200 in place of 202.
  if (answer.status === 200 && typeof fieldsOf(jsonOf(answer)).status === "string") return running;
  throw new Error(
    `Stability AI answered ${answer.status} about the job ${job.id}, and nothing that says how it is doing.`,
  );
}
