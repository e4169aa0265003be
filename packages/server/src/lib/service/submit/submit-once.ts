import type { Caller } from "../../model/define-model.js";
import type { SubmissionKey } from "../../ports/store/store-commands.js";
import { ServiceError } from "../errors/service-error.js";
import type { ServiceContext } from "../service-context.js";
import { replaySubmission } from "./replay-submission.js";
import type { SubmitResult } from "./submit-result.js";

/**
 * Answers what the key was used for, else submits. A known key is answered by a read alone, before anything of the request is
 * looked at: whatever has changed since, whoever holds the write lock, and without asking the host. The commit decides about
 * keys again, for copies that race; one that was refused meanwhile, by a host that counts, is answered like the one that came
 * through.
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
