import type { GenerationRecord } from "../../generation/generation-record.js";
import type { SubmitCommand } from "../../ports/store/submit-commands.js";
import type { ServiceContext } from "../service-context.js";
import { checkReferences } from "./check-references.js";
import { priceInput } from "./price-input.js";
import { toSubmitCommand } from "./submit-generation.js";

/** A retry by an operator. */
export interface OperatorRetry {
  readonly generation: GenerationRecord;
  /** The account that pays. */
  readonly accountId: string;
  /** Position of erasures before the generation was read. */
  readonly erasurePosition: number;
  readonly isFree: boolean;
}

/** Adds to the service the retries of the operator page, which need the models of the host. */
export function withOperatorRetry(service: ServiceContext): ServiceContext & {
  readonly hasHostOptions: true;
  readonly toRetryCommand: (retry: OperatorRetry) => Promise<SubmitCommand>;
} {
  return { ...service, hasHostOptions: true, toRetryCommand: (retry) => toRetryCommand(service, retry) };
}

/**
 * Creates the command with which an operator submits the input of an ended generation again: at the current price or free,
 * without the owner's limits and without `beforeSubmit`. The team of the generation sees the retry, too, unless the host has
 * stopped sharing.
 *
 * @throws {ServiceError} unknown_model; invalid_input if the model now refuses the input, or an upload was deleted.
 */
async function toRetryCommand(
  context: ServiceContext,
  { accountId, erasurePosition, generation, isFree }: OperatorRetry,
): Promise<SubmitCommand> {
  const { id, input, metadata, model, ownerId, scope, teamId } = generation;
  const caller = { ownerId, accountId };
  const priced = await priceInput(context, { caller, model, input, signal: undefined });
  const { parsedInput } = priced;
  await checkReferences(context, { caller, input: parsedInput });
  const credits = isFree ? 0 : priced.credits;
  const submission = { caller, model, input: parsedInput, sentInput: input, scope, metadata, credits, retryOf: id };
  const request = { caller, erasurePosition, body: { model, input }, idempotencyKey: null, retryOf: id };
  const command = await toSubmitCommand(context, { request, priced, notBefore: null, submission });
  const isShared = context.teams.visibility !== null;
  return { ...command, teamId: isShared ? teamId : null, limits: { maxActive: null, rate: null, refunds: null } };
}
