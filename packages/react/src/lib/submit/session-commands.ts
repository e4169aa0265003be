import type { SafelightError } from "@safelight/client";
import type { Generation, Json, JsonObject } from "@safelight/client/contract";
import { withLive } from "../connection/live-of.js";
import type { PendingSubmission, SubmissionRequest } from "./pending-submissions.js";
import { startSubmission } from "./session-follower.js";
import type { GenerateSession } from "./session-interface.js";
import { initialSessionState, isSubmitting, type SessionState } from "./session-state.js";
import { setSessionState } from "./set-session-state.js";
import type { UseGenerateOptions, UseGenerateResult } from "./use-generate-interface.js";

export { followSession } from "./session-follower.js";

/** Default of `doubleSubmitWindowMs`. */
export const doubleSubmitWindowMs = 1_000;

/**
 * Submits a user action. Rejects with a `SafelightError`.
 *
 * @param options `recorded`: its record, if it was recorded before this code was loaded.
 */
export async function submit(
  session: GenerateSession,
  { request, recorded }: { readonly request: SubmissionRequest; readonly recorded?: PendingSubmission | undefined },
): Promise<Generation> {
  const { client, options } = session;
  const windowMs = options.doubleSubmitWindowMs ?? doubleSubmitWindowMs;
  setSessionState(session, { ...session.state, mayResume: false, mayAdopt: false });
  try {
    const { promise } = startSubmission(session, { request, client, windowMs, recorded });
    session.sending = promise.catch(() => null);
    return promise;
  } catch (error) {
    setSessionState(session, { ...session.state, error: error as SafelightError });
    throw error;
  }
}

/** Cancels the shown generation, or the submission in flight once it is accepted. A refused one needs no cancel. */
export async function cancel(session: GenerateSession): Promise<Generation | null> {
  const { live, client, state, sending, inFlight } = session;
  // In flight may be a submission of another component with the same model and scope.
  const submitting = state.isOwn ? sending : [...inFlight].at(-1)?.promise.catch(() => null);
  const target = isSubmitting(state) ? await submitting : state.generation;
  if (!target) return null;
  const by = live.state.owner;
  const canceled = await client.cancel(target.id);
  withLive(live, ({ take }) => void take(canceled, by));
  return canceled;
}

export async function retry(
  session: GenerateSession,
  { input }: Parameters<UseGenerateResult<Json>["retry"]>[0] = {},
): Promise<Generation | null> {
  // Only an object has fields, and the caller's types require fields of this input.
  const request = retryRequest(session.state, { ...session.options, fields: input as JsonObject | undefined });
  return request && submit(session, { request });
}

export function reset(session: GenerateSession): void {
  session.inFlight.clear();
  session.watched.clear();
  setSessionState(session, initialSessionState(false));
}

/** The request of a retry: a submission that was not accepted again, else the shown generation's input; `null` for none. */
function retryRequest(
  { submission, generation, isUnaccepted }: SessionState,
  { model, scope, fields }: Pick<UseGenerateOptions, "model" | "scope"> & { readonly fields: JsonObject | undefined },
): SubmissionRequest | null {
  if (generation !== null && !isUnaccepted) return { model, scope, input: fields, retryOf: generation.id };
  if (submission === null) return null;
  const { request } = submission;
  // Fields can only replace those of an object.
  return fields ? { ...request, input: { ...(request.input as JsonObject), ...fields } } : request;
}
