import type { AnySafelightClient, SubmitOptions } from "@safelight/client";
import type { Generation, JsonObject, SubmitResponse } from "@safelight/client/contract";
import type { PendingSubmission, SubmissionRequest, SubmissionTarget } from "./pending-submissions.js";
import { hashOf } from "./record-submission.js";

/** Sends a request under its key, as a submit or a retry. */
export function postSubmission(
  client: AnySafelightClient,
  { request, ...options }: Pick<PendingSubmission, "request"> & SubmitOptions,
): Promise<SubmitResponse> {
  const { model, input, retryOf, ...rest } = request;
  if (retryOf === undefined) return client.submit(model, input, { ...rest, ...options });
  // The fields that replace those of an old input are an object, or absent.
  return client.retry(retryOf, { input: input as JsonObject | undefined, ...options });
}

/** Whether a request was made for this model and scope. */
export function isOfTarget(request: SubmissionRequest, { model, scope }: SubmissionTarget): boolean {
  return request.model === model && request.scope === scope;
}

/** Whether a generation may be the result of a request. */
export function mayResultFrom({ model, scope, input, retryOf }: SubmissionRequest, generation: Generation): boolean {
  if (generation.retryOf !== (retryOf ?? null)) return false;
  if (retryOf !== undefined) return true;
  const isSameTarget = generation.model === model && generation.scope === (scope ?? null);
  return isSameTarget && hashOf(generation.input) === hashOf(input);
}
