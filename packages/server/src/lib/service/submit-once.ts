import type { Caller } from "../model/define-model.js";
import type { SubmissionKey } from "../ports/store-commands.js";
import { replaySubmission } from "./replay-submission.js";
import type { ServiceContext } from "./service-context.js";
import type { SubmitResult } from "./submit-result.js";

/**
 * Submits, or answers what the key was used for. The commit decides about keys; where nothing came to a commit the key is
 * looked up, as what was accepted once is answered although the model, the price or the limits have changed since. A host
 * that is asked about submits is not asked about repeats: with one, the key is looked up first.
 *
 * @throws {ServiceError} what `submit` throws; idempotency_mismatch; not_found when the key's generation was deleted
 */
export async function submitOnce(
  context: ServiceContext,
  caller: Caller,
  submission: SubmissionKey | null,
  submit: () => Promise<SubmitResult>,
): Promise<SubmitResult> {
  if (submission === null) return submit();
  const replay = () => replaySubmission(context, caller, submission);
  if (context.hooks.beforeSubmit !== undefined) return (await replay()) ?? submit();
  try {
    return await submit();
  } catch (error) {
    const replayed = await replay();
    if (replayed === null) throw error;
    return replayed;
  }
}
