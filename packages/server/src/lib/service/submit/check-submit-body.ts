import type { Json, SubmitBody } from "@safelight/client/contract";
import { invalidInput } from "../errors/invalid-input.js";
import { ServiceError } from "../errors/service-error.js";
import type { ServiceLimits } from "../service-context.js";
import { checkJson } from "./check-json.js";

/** Max length of a scope, in characters. */
export const maxScopeLength = 128;

/** Max size of the metadata, as JSON in UTF-8. */
export const maxMetadataBytes = 4_096;

/**
 * Checks a submit, except for the rules of the model's schema.
 *
 * @throws {ServiceError} invalid_input; payload_too_large for an input above `maxInputBytes`
 */
export function checkSubmitBody(
  { model, input, scope, metadata, expectedCredits }: SubmitBody,
  { maxInputBytes }: Pick<ServiceLimits, "maxInputBytes">,
): void {
  checkJson(model, ["model"]);
  if (input === undefined) throw invalidInput("The input is missing.", ["input"]);
  checkJson(input);
  const inputBytes = byteLengthOf(input);
  if (inputBytes > maxInputBytes) {
    const detail = `The input has ${inputBytes} bytes as JSON; at most ${maxInputBytes} are allowed. Shorten it.`;
    throw new ServiceError("payload_too_large", detail);
  }
  if (scope !== undefined) {
    checkJson(scope, ["scope"]);
    if (scope.length > maxScopeLength) throw invalidInput(`At most ${maxScopeLength} characters.`, ["scope"]);
  }
  if (metadata !== undefined) {
    checkJson(metadata, ["metadata"]);
    if (byteLengthOf(metadata) > maxMetadataBytes) {
      throw invalidInput(`At most ${maxMetadataBytes} bytes.`, ["metadata"]);
    }
  }
  if (expectedCredits !== undefined && !(Number.isSafeInteger(expectedCredits) && expectedCredits >= 0)) {
    throw invalidInput("Must be a whole number of credits, 0 or more.", ["expectedCredits"]);
  }
}

/** Size of the stored JSON: UTF-8, without the whitespace of the request. */
function byteLengthOf(value: Json): number {
  return new TextEncoder().encode(JSON.stringify(value)).byteLength;
}
