import type { Caller } from "../../model/define-model.js";
import type { SubmissionKey } from "../../ports/store/store-commands.js";
import { notFound } from "../errors/not-found.js";
import type { ServiceContext } from "../service-context.js";
import { keyMismatch } from "./submission-key.js";
import { type SubmitResult, toSubmitResult } from "./submit-result.js";

/**
 * Returns the result of a request whose idempotency key is known, without checking the rest of the request.
 *
 * @returns `null` when the key is new.
 * @throws {ServiceError} idempotency_mismatch; not_found when the generation was deleted
 */
export async function replaySubmission(
  context: ServiceContext,
  { caller, submission }: { readonly caller: Caller; readonly submission: SubmissionKey },
): Promise<SubmitResult | null> {
  const { ownerId, accountId } = caller;
  const known = await context.store.findSubmission({ ownerId, keyHash: submission.keyHash });
  if (known === null) return null;
  if (known.fingerprint !== submission.fingerprint) throw keyMismatch();
  if (known.generation === null) throw notFound();
  const { balance } = await context.store.listCredits({ accountId, limit: 1, before: null });
  return toSubmitResult(context, {
    generation: known.generation,
    balance: balance ?? context.billing?.initialGrant ?? 0,
    rate: null,
    replayed: true,
  });
}
