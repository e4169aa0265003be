import type { AnySafelightClient, SubmitOptions } from "@safelight/client";
import type { Generation, JsonObject, SubmitManyResponse, SubmitResponse } from "@safelight/client/contract";
import type { PendingSubmission, SubmissionRequest, SubmissionTarget } from "./pending-submissions.js";
import { hashOf } from "./record-submission.js";

/** Response to a submit of one, or of several. */
export type AcceptedSubmit = Partial<Pick<SubmitResponse, "generation"> & Pick<SubmitManyResponse, "generations">>;

/** Sends a request under its key, as a submit or a retry. */
export function postSubmission(
  client: AnySafelightClient,
  { request, ...options }: Pick<PendingSubmission, "request"> & SubmitOptions,
): Promise<AcceptedSubmit> {
  const { model, input, inputs, retryOf, ...rest } = request;
  if (inputs) return client.submitMany(model, inputs, { ...rest, ...options });
  if (retryOf === undefined) return client.submit(model, input, { ...rest, ...options });
  // The fields that replace those of an old input are an object, or absent.
  return client.retry(retryOf, { input: input as JsonObject | undefined, ...options });
}

/** Whether a request for one generation was made for this model and scope. */
export function isOfTarget(request: SubmissionRequest, { model, scope }: SubmissionTarget): boolean {
  return request.model === model && request.scope === scope && !request.inputs;
}

/** Whether a generation may be the result of a request for one. */
export function mayResultFrom(
  { model, scope, input, inputs, retryOf }: SubmissionRequest,
  generation: Generation,
): boolean {
  // The group of an unanswered submit is not shown until the same key is sent again.
  if (inputs || generation.retryOf !== (retryOf ?? null)) return false;
  if (retryOf !== undefined) return true;
  const isSameTarget = generation.model === model && generation.scope === (scope ?? null);
  return isSameTarget && hashOf(generation.input) === hashOf(input);
}
