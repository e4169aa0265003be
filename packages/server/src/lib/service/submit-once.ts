import type { Caller } from "../model/define-model.js";
import type { SubmissionKey } from "../ports/store-commands.js";
import { StoreUnavailable } from "../ports/store-unavailable.js";
import { replaySubmission } from "./replay-submission.js";
import type { ServiceContext } from "./service-context.js";
import { ServiceError } from "./service-error.js";
import type { SubmitResult } from "./submit-result.js";

/**
 * Submits, or answers what the key was used for. The commit decides about keys. After a refusal, whose ever it is, the key is
 * looked up: what was accepted once is answered although the model, the price or the limits have changed since. A host that
 * is asked about submits is not asked about repeats: with one, the key is looked up first.
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
    // It has waited for the store already, which would answer no look-up either.
    if (StoreUnavailable.isInstance(error)) throw error;
    const replayed = await replay().catch((failure: unknown) => {
      throw ServiceError.isInstance(failure) ? failure : error;
    });
    if (replayed === null) throw error;
    return replayed;
  }
}
