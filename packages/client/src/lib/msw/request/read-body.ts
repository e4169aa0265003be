import type { Gallery } from "../../contract/generation.js";
import type { Json, JsonObject } from "../../contract/json.js";
import type { MockRequest } from "./mock-request.js";
import { invalidInput, Refusal } from "./refusal.js";

const maxIds = 100;
const maxScopeLength = 128;
const maxMetadataBytes = 4_096;
const maxClaimLength = 128;
const maxStartDelayMs = 2_592_000_000;

/** The checked body of a submit. */
export interface CheckedSubmit {
  readonly model: string;
  readonly input: Json;
  readonly visibility: Gallery;
  readonly scope: string | null;
  readonly metadata: JsonObject | null;
  readonly expectedCredits: number | null;
  /** ISO 8601 in UTC. */
  readonly notBefore: string | null;
  readonly expiresAfterMs: number | null;
}

/** @throws {Refusal} unsupported_media_type if the content type is not JSON */
export function requireJson({ headers, body }: MockRequest): void {
  const contentType = headers.get("content-type");
  const isJson = contentType === null ? body === "" : /^application\/json\s*(;|$)/i.test(contentType);
  if (!isJson) throw new Refusal("unsupported_media_type");
}

/** @throws {Refusal} malformed_request, invalid_input */
export function readQuote(request: MockRequest): Pick<CheckedSubmit, "model" | "input"> {
  const { model, input } = readObject(request);
  if (typeof model !== "string") throw invalidInput("Invalid input: expected string", ["model"]);
  if (input === undefined) throw invalidInput("The input is missing.", ["input"]);
  return { model, input };
}

/** The inputs of a submit of several generations. @throws {Refusal} malformed_request, invalid_input */
export function readInputs(request: MockRequest, maxInputs: number): readonly Json[] {
  const { inputs } = readObject(request);
  if (!Array.isArray(inputs)) throw invalidInput("Invalid input: expected array", ["inputs"]);
  if (inputs.length >= 1 && inputs.length <= maxInputs) return inputs;
  throw invalidInput(`Must have 1 to ${maxInputs} inputs.`, ["inputs"]);
}

/** @throws {Refusal} malformed_request, invalid_input */
export function readSubmit(request: MockRequest): CheckedSubmit {
  return { ...readQuote(request), ...readSubmitFields(request) };
}

/** The members that the generations of a submit share. @throws {Refusal} malformed_request, invalid_input */
export function readSubmitFields(request: MockRequest): Omit<CheckedSubmit, "input"> {
  const { model, scope, metadata, expectedCredits, notBefore, expiresAfterMs, visibility } = readObject(request);
  if (typeof model !== "string") throw invalidInput("Invalid input: expected string", ["model"]);
  if (scope !== undefined && (typeof scope !== "string" || scope.length > maxScopeLength)) {
    throw invalidInput(`At most ${maxScopeLength} characters.`, ["scope"]);
  }
  if (metadata !== undefined && !isObject(metadata)) throw invalidInput("Must be an object.", ["metadata"]);
  if (new TextEncoder().encode(JSON.stringify(metadata)).byteLength > maxMetadataBytes) {
    throw invalidInput(`At most ${maxMetadataBytes} bytes.`, ["metadata"]);
  }
  if (visibility !== undefined && visibility !== "own" && visibility !== "team") {
    throw invalidInput("Invalid option.", ["visibility"]);
  }
  return {
    model,
    visibility: visibility ?? "own",
    scope: scope ?? null,
    metadata: metadata ?? null,
    expectedCredits: readExpectedCredits(expectedCredits),
    notBefore: readNotBefore(notBefore),
    expiresAfterMs: readExpiresAfterMs(expiresAfterMs),
  };
}

function readExpectedCredits(value: Json | undefined): number | null {
  if (value === undefined) return null;
  if (isWhole(value) && value >= 0) return value;
  throw invalidInput("Must be a whole number of credits, 0 or more.", ["expectedCredits"]);
}

function readNotBefore(value: Json | undefined): string | null {
  if (value === undefined) return null;
  const isTime = typeof value === "string" && /T.*(Z|[+-]\d\d:\d\d)$/.test(value);
  const time = isTime ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) throw invalidInput("Must be an ISO 8601 time with an offset.", ["notBefore"]);
  if (time > Date.now() + maxStartDelayMs) throw invalidInput("At most 30 days ahead.", ["notBefore"]);
  return new Date(time).toISOString();
}

function readExpiresAfterMs(value: Json | undefined): number | null {
  if (value === undefined) return null;
  if (isWhole(value) && value >= 1 && value <= maxStartDelayMs) return value;
  throw invalidInput("Must be whole milliseconds from 1 to 30 days.", ["expiresAfterMs"]);
}

/**
 * Fields that a retry replaces, and the price that its user saw; `null` if absent.
 *
 * @throws {Refusal} malformed_request, invalid_input
 */
export function readRetry(request: MockRequest): Pick<CheckedSubmit, "expectedCredits"> & {
  readonly fields: JsonObject | null;
} {
  if (request.body === "") return { fields: null, expectedCredits: null };
  const { input, expectedCredits } = readObject(request);
  if (input !== undefined && !isObject(input)) throw invalidInput("Must be an object.", ["input"]);
  return { fields: input ?? null, expectedCredits: readExpectedCredits(expectedCredits) };
}

/** @throws {Refusal} malformed_request, invalid_input */
export function readIds(request: MockRequest): readonly string[] {
  const { ids } = readObject(request);
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === "string")) {
    throw invalidInput("Invalid input: expected array", ["ids"]);
  }
  if (ids.length > maxIds) throw invalidInput(`At most ${maxIds} ids.`, ["ids"]);
  return ids;
}

/** @throws {Refusal} malformed_request, invalid_input */
export function readClaim(request: MockRequest): string {
  const { claim } = readObject(request);
  if (typeof claim === "string" && /^[\w-]+$/.test(claim) && claim.length <= maxClaimLength) return claim;
  throw invalidInput(`Must have 1 to ${maxClaimLength} characters of A–Z, a–z, 0–9, _ and -.`, ["claim"]);
}

/** Whether a JSON value is an object, not an array or `null`. */
export function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readObject({ body }: MockRequest): Readonly<Record<string, Json | undefined>> {
  let value: Json;
  try {
    value = JSON.parse(body);
  } catch {
    throw new Refusal("malformed_request");
  }
  if (!isObject(value)) throw invalidInput("Invalid input: expected object", []);
  return value;
}

function isWhole(value: Json): value is number {
  return Number.isSafeInteger(value);
}
