import type { GenerationRecord } from "../generation/generation-record.js";

/**
 * The fields of a generation that every operator may read. A list of names, so that a new column with content stays hidden
 * until it is added here.
 */
const fields = [
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
  "startedAt",
  "finishedAt",
  "seenAt",
  "expectedAt",
  "cancelRequestedAt",
  "retryOf",
] as const satisfies readonly (keyof GenerationRecord)[];

/** A generation without the content of its owner, and without storage keys. */
export type OperatorGeneration = Pick<GenerationRecord, (typeof fields)[number]> & {
  /** Number of the stored outputs. */
  readonly outputs: number;
};

export function toOperatorGeneration(generation: GenerationRecord): OperatorGeneration {
  const shown = Object.fromEntries(fields.map((name) => [name, generation[name]]));
  // The cast is safe: the object has each of the fields, from a record of the same types.
  return { ...(shown as Pick<GenerationRecord, (typeof fields)[number]>), outputs: generation.outputs.length };
}
