import type { Json, SubmitBody } from "@safelight/client/contract";
import { invalidInput } from "../errors/invalid-input.js";
import { ServiceError } from "../errors/service-error.js";
import type { ServiceLimits } from "../service-context.js";
import { checkJson } from "./check-json.js";

/** Max length of a scope, in characters. */
export const maxScopeLength = 128;

/** Max size of the metadata, as JSON in UTF-8. */
export const maxMetadataBytes = 4_096;

/** Max time from now to the earliest start, and from there to the expiry: 30 days, in milliseconds. */
export const maxStartDelayMs = 2_592_000_000;

/** Without an offset, a time would depend on the time zone of this machine. */
const isoTime = /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Checks a submit, except for the rules of the model's schema.
 *
 * @throws {ServiceError} invalid_input; payload_too_large for an input above `maxInputBytes`
 */
export function checkSubmitBody(
  { model, input, scope, metadata, expectedCredits, expiresAfterMs }: SubmitBody,
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
  const isExpiry = (ms: number): boolean => Number.isSafeInteger(ms) && ms >= 1 && ms <= maxStartDelayMs;
  if (expiresAfterMs !== undefined && !isExpiry(expiresAfterMs)) {
    throw invalidInput("Must be whole milliseconds from 1 to 30 days.", ["expiresAfterMs"]);
  }
}

/**
 * Parses the earliest start of a submit.
 *
 * @param now epoch milliseconds.
 * @returns epoch milliseconds, which may have passed; `null` without one.
 * @throws {ServiceError} invalid_input
 */
export function parseNotBefore(notBefore: string | undefined, now: number): number | null {
  if (notBefore === undefined) return null;
  const day = isoTime.exec(notBefore)?.[1];
  const time = day !== undefined && isDay(day) ? Date.parse(notBefore) : Number.NaN;
  if (Number.isNaN(time)) throw invalidInput("Must be an ISO 8601 time with an offset.", ["notBefore"]);
  if (time > now + maxStartDelayMs) throw invalidInput("At most 30 days ahead.", ["notBefore"]);
  return time;
}

/** `Date.parse` takes the 31st of February for the 3rd of March. */
function isDay(day: string): boolean {
  const time = Date.parse(day);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}

/** Size of the stored JSON: UTF-8, without the whitespace of the request. */
function byteLengthOf(value: Json): number {
  return new TextEncoder().encode(JSON.stringify(value)).byteLength;
}
