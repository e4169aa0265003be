import type { Caller } from "../../model/define-model.js";
import type { SubmissionKey } from "../../ports/store/store-commands.js";
import { ServiceError } from "../errors/service-error.js";
import type { ServiceContext } from "../service-context.js";
import { replaySubmission } from "./replay-submission.js";
import type { SubmitResult } from "./submit-result.js";

/**
 * Returns the earlier result of a known key, else submits. A replay is a single read, before any other check of the
 * request. It needs no write lock, calls no hook, and does not depend on later changes of models or prices.
 *
 * The commit checks the key again, for copies that race. If this copy is refused, for example by a host that counts
 * submits, and another one was accepted, it gets the result of the accepted one.
 *
 * @throws {ServiceError} the errors of `submit`; idempotency_mismatch; not_found when the key's generation was deleted
 */
export async function submitOnce(
  context: ServiceContext,
  {
    caller,
    submission,
    submit,
  }: {
    readonly caller: Caller;
    readonly submission: SubmissionKey | null;
    readonly submit: () => Promise<SubmitResult>;
  },
): Promise<SubmitResult> {
  if (submission === null) return submit();
  const replay = () => replaySubmission(context, { caller, submission });
  const known = await replay();
  if (known !== null) return known;
  try {
    return await submit();
  } catch (error) {
    const accepted = ServiceError.isInstance(error) ? await replay() : null;
    if (accepted === null) throw error;
    return accepted;
  }
}
