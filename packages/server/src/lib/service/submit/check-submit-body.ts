import type { Json, SubmitBody } from "@safelight/client/contract";
import { invalidInput } from "../errors/invalid-input.js";
import { ServiceError } from "../errors/service-error.js";
import type { ServiceLimits } from "../service-context.js";
import { checkJson } from "./check-json.js";

/** In characters. */
export const maxScopeLength = 128;

/** As JSON in UTF-8. */
export const maxMetadataBytes = 4_096;

/**
 * Checks everything of a submit but what the model's schema checks.
 *
 * @throws {ServiceError} invalid_input; payload_too_large for an input that is too large to keep
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
    const detail = `The input is ${inputBytes} bytes as JSON, and at most ${maxInputBytes} are taken: shorten it.`;
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
    throw invalidInput("A whole number of credits, 0 or more.", ["expectedCredits"]);
  }
}

/** In UTF-8, without spaces: what is kept, however it was sent. */
function byteLengthOf(value: Json): number {
  return new TextEncoder().encode(JSON.stringify(value)).byteLength;
}
