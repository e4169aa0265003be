import type { SubmitBody } from "@safelight/client/contract";
import { checkJson } from "./check-json.js";
import { invalidInput } from "./invalid-input.js";

/** In characters. */
export const longestScope = 128;

/** As JSON in UTF-8. */
export const mostMetadataBytes = 4_096;

/**
 * Checks everything of a submit but what the model's schema checks.
 *
 * @throws {ServiceError} invalid_input
 */
export function checkSubmitBody({ model, input, scope, metadata, expectedCredits }: SubmitBody): void {
  checkJson(model, ["model"]);
  if (input === undefined) throw invalidInput("The input is missing.", ["input"]);
  checkJson(input);
  if (scope !== undefined) {
    checkJson(scope, ["scope"]);
    if (scope.length > longestScope) throw invalidInput(`At most ${longestScope} characters.`, ["scope"]);
  }
  if (metadata !== undefined) {
    checkJson(metadata, ["metadata"]);
    const byteLength = new TextEncoder().encode(JSON.stringify(metadata)).byteLength;
    if (byteLength > mostMetadataBytes) throw invalidInput(`At most ${mostMetadataBytes} bytes.`, ["metadata"]);
  }
  if (expectedCredits !== undefined && !(Number.isSafeInteger(expectedCredits) && expectedCredits >= 0)) {
    throw invalidInput("A whole number of credits, 0 or more.", ["expectedCredits"]);
  }
}
