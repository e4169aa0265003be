import type { Json, JsonObject, RetryBody } from "@safelight/client/contract";
import { isJsonObject } from "../../json/is-json-object.js";
import type { Caller } from "../../model/define-model.js";
import type { IdempotencyKey } from "../../ports/store/submit-commands.js";
import { invalidInput } from "../errors/invalid-input.js";
import { readGeneration } from "../read/read-generation.js";
import type { ServiceContext } from "../service-context.js";
import { submitGeneration } from "./submit-generation.js";
import type { SubmitResult } from "./submit-result.js";

/**
 * Submits a new generation from the input, scope and metadata of an old one, at the current price.
 *
 * @throws {ServiceError} not_found, and those of `submitGeneration`
 */
export async function retryGeneration(
  context: ServiceContext,
  {
    caller,
    erasurePosition,
    id,
    body: { input: fields, expectedCredits },
    idempotencyKey,
    signal,
  }: {
    readonly caller: Caller;
    readonly erasurePosition: number;
    readonly id: string;
    readonly body: RetryBody;
    readonly idempotencyKey: IdempotencyKey | null;
    readonly signal?: (() => AbortSignal) | undefined;
  },
): Promise<SubmitResult> {
  const { model, input, scope, metadata, teamId } = await readGeneration(context, { caller, id });
  const isShared = teamId !== null && teamId === caller.teamId;
  const body = {
    model,
    input: fields === undefined ? input : mergeInput(input, fields),
    ...(scope !== null && { scope }),
    ...(metadata !== null && { metadata }),
    // As the original. A private one stays private, whatever the host's default is.
    visibility: isShared && context.teams.visibility !== null ? ("team" as const) : ("own" as const),
    ...(expectedCredits !== undefined && { expectedCredits }),
  };
  return submitGeneration(context, { caller, erasurePosition, body, idempotencyKey, retryOf: id, signal });
}

function mergeInput(input: Json, fields: JsonObject): JsonObject {
  if (!isJsonObject(input)) throw invalidInput("The old input is not an object, so it has no fields to replace.");
  return { ...input, ...fields };
}
