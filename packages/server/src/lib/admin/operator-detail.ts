import type { GenerationRecord } from "../generation/generation-record.js";
import type { AttemptFailure } from "../generation/provider-failure.js";
import type { AttemptSummary, GenerationDetail } from "../ports/store/operator-store.js";

/**
 * The fields of a generation that every operator may read. A list of names, so that a new column with content stays hidden
 * until it is added here.
 */
const generationFields = [
  "id",
  "ownerId",
  "accountId",
  "model",
  "kind",
  "scope",
  "state",
  "version",
  "sequence",
  "epoch",
  "attempts",
  "maxAttempts",
  "expiredLeases",
  "deadlineAt",
  "dueAt",
  "gate",
  "rank",
  "requestedOutputs",
  "progress",
  "progressSource",
  "queuePosition",
  "progressAt",
  "failureCode",
  "credits",
  "refundedCredits",
  "dropOnCancel",
  "refunds",
  "createdAt",
  "notBefore",
  "expiresAt",
  "startedAt",
  "finishedAt",
  "seenAt",
  "expectedAt",
  "cancelRequestedAt",
  "retryOf",
  "groupId",
  "teamId",
] as const satisfies readonly (keyof GenerationRecord)[];

/** A vendor's message may quote the prompt, and its handle may contain the URL of the result: both are content. */
const attemptFields = [
  "number",
  "state",
  "providerId",
  "costs",
  "startedAt",
  "unknownAt",
  "endedAt",
  "jobCancel",
] as const satisfies readonly (keyof AttemptSummary)[];

/**
 * The rows of a generation as JSON for operators: without storage keys, with the number of its outputs, and with the vendor's safety
 * flags of each output that has any.
 *
 * @param options.areVendorDetailsShown whether the attempts have their vendors' messages and handles.
 */
export function toOperatorDetail(
  { actions, attempts, entries, generation, now, summary }: GenerationDetail,
  options: { readonly areVendorDetailsShown: boolean },
) {
  return {
    summary,
    generation: {
      ...pick(generation, generationFields),
      outputs: generation.outputs.length,
      flags: flagsOf(generation),
    },
    attempts: options.areVendorDetailsShown
      ? attempts
      : attempts.map((attempt) => ({
          ...pick(attempt, attemptFields),
          failure: attempt.failure && toCodes(attempt.failure),
        })),
    entries,
    actions,
    now,
  };
}

/** The vendor's safety flags of the outputs that have any, by index. They are names of categories, and no content. */
export function flagsOf({ outputs }: Pick<GenerationRecord, "outputs">) {
  return outputs.flatMap(({ flags, index }) => (flags === null ? [] : [{ index, flags }]));
}

/** A failure without its messages: they are the vendor's or the host's, and may quote the prompt. */
function toCodes(failure: AttemptFailure) {
  const missing = failure.missing?.map(({ code, index }) => ({ index, code }));
  return { code: failure.code, ...(missing && { missing }) };
}

function pick<Row extends object, Name extends keyof Row>(row: Row, names: readonly Name[]): Pick<Row, Name> {
  // The cast is safe: the object has each of the names, with the value of the row.
  return Object.fromEntries(names.map((name) => [name, row[name]])) as Pick<Row, Name>;
}
