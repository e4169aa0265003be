import type { Json } from "@safelight/client/contract";
import { asRecord } from "../../json/as-record.js";
import type { OperationStatus } from "../../ports/provider.js";
import { failed } from "../kit/failures/failed.js";
import { isNotFound } from "../kit/failures/is-not-found.js";
import { whenNotFound } from "../kit/failures/when-not-found.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import type { VendorResponse } from "../kit/request/vendor-request.js";
import { stabilityOutput } from "./stability-output.js";

/** Operation of a queued tool. */
export interface StabilityJob {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly acceptedAt: number;
}

/** Minimum interval that Stability AI requires, in milliseconds. */
const pollAfterMs = 10_000;
/** Retention of a result at Stability AI, in milliseconds. */
const keptForMs = 86_400_000;

/** Parses the job of an operation; `null` for an operation of another adapter. */
export function toJob(operation: Json): StabilityJob | null {
  const { id, acceptedAt } = asRecord(operation);
  if (typeof id !== "string" || id === "") return null;
  return { id, acceptedAt: typeof acceptedAt === "number" ? acceptedAt : 0 };
}

/**
 * Status of a job from a poll response.
 *
 * @param now epoch milliseconds.
 * @throws for a response without a status.
 */
export function stabilityStatus(
  response: VendorResponse,
  { job, contentType, now }: { readonly job: StabilityJob; readonly contentType: string; readonly now: number },
): OperationStatus {
  const running = { type: "running", progress: null, pollAfterMs } as const;
  if (response.status === 202) return running;
  if (isNotFound(response)) {
    return whenNotFound({ name: `Stability AI's job ${job.id}`, acceptedAt: job.acceptedAt, now, keptForMs });
  }
  if (response.status === 403 && asRecord(jsonOf(response)).name === "content_moderation") {
    return failed("content_blocked", `Stability AI moderated job ${job.id}.`);
  }
  const output = response.status === 200 ? stabilityOutput(response, contentType) : null;
  if (output !== null) {
    return "failure" in output ? { type: "failed", failure: output.failure } : { type: "done", outputs: [output] };
  }
  // A 200 with a status instead of an image also means that the job is running.
  if (response.status === 200 && typeof asRecord(jsonOf(response)).status === "string") return running;
  throw new Error(`Stability AI responded with ${response.status} for the job ${job.id}, without a status.`);
}
