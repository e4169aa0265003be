import type { AnySafelightClient, SubmitOptions } from "@safelight/client";
import type { Generation, JsonObject } from "@safelight/client/contract";
import type { PendingSubmission, SubmissionRequest, SubmissionTarget } from "./pending-submissions.js";
import { hashOf } from "./record-submission.js";

/** Sends a request under its key, as a submit or a retry. Resolves with at least one generation. */
export async function postSubmission(
  client: AnySafelightClient,
  { request, ...options }: Pick<PendingSubmission, "request"> & SubmitOptions,
): Promise<readonly Generation[]> {
  const { model, input, inputs, retryOf, ...rest } = request;
  if (inputs) return (await client.submitMany(model, inputs, { ...rest, ...options })).generations;
  const sent =
    retryOf === undefined
      ? client.submit(model, input, { ...rest, ...options })
      : // The fields that replace those of an old input are an object, or absent.
        client.retry(retryOf, { input: input as JsonObject | undefined, ...options });
  return [(await sent).generation];
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
