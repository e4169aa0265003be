import type { Json, JsonObject } from "../../contract/json.js";
import type { MockRequest } from "./mock-request.js";
import { invalidInput, Refusal } from "./refusal.js";

const mostIds = 100;
const longestScope = 128;
const mostMetadataBytes = 4_096;
const longestClaim = 128;

/** The body of a submit, checked. */
export interface CheckedSubmit {
  readonly model: string;
  readonly input: Json;
  readonly scope: string | null;
  readonly metadata: JsonObject | null;
  readonly expectedCredits: number | null;
}

/** @throws {Refusal} unsupported_media_type: what is no JSON, or says that it is none. */
export function requireJson({ headers, body }: MockRequest): void {
  const contentType = headers.get("content-type");
  const isJson = contentType === null ? body === "" : /^application\/json\s*(;|$)/i.test(contentType);
  if (!isJson) throw new Refusal("unsupported_media_type");
}

/** @throws {Refusal} malformed_request, invalid_input */
export function readSubmit(request: MockRequest): CheckedSubmit {
  const { model, input, scope, metadata, expectedCredits } = readObject(request);
  if (typeof model !== "string") throw invalidInput("Invalid input: expected string", ["model"]);
  if (input === undefined) throw invalidInput("The input is missing.", ["input"]);
  if (scope !== undefined && (typeof scope !== "string" || scope.length > longestScope)) {
    throw invalidInput(`At most ${longestScope} characters.`, ["scope"]);
  }
  if (metadata !== undefined && !isObject(metadata)) throw invalidInput("An object is expected.", ["metadata"]);
  if (new TextEncoder().encode(JSON.stringify(metadata)).byteLength > mostMetadataBytes) {
    throw invalidInput(`At most ${mostMetadataBytes} bytes.`, ["metadata"]);
  }
  if (expectedCredits !== undefined && !(isWhole(expectedCredits) && expectedCredits >= 0)) {
    throw invalidInput("A whole number of credits, 0 or more.", ["expectedCredits"]);
  }
  return {
    model,
    input,
    scope: scope ?? null,
    metadata: metadata ?? null,
    expectedCredits: expectedCredits ?? null,
  };
}

/**
 * The fields that a retry replaces; `null` for none.
 *
 * @throws {Refusal} malformed_request, invalid_input
 */
export function readRetry(request: MockRequest): JsonObject | null {
  if (request.body === "") return null;
  const { input } = readObject(request);
  if (input === undefined) return null;
  if (!isObject(input)) throw invalidInput("An object is expected.", ["input"]);
  return input;
}

/** @throws {Refusal} malformed_request, invalid_input */
export function readIds(request: MockRequest): readonly string[] {
  const { ids } = readObject(request);
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === "string")) {
    throw invalidInput("Invalid input: expected array", ["ids"]);
  }
  if (ids.length > mostIds) throw invalidInput(`At most ${mostIds} ids.`, ["ids"]);
  return ids;
}

/** @throws {Refusal} malformed_request, invalid_input */
export function readClaim(request: MockRequest): string {
  const { claim } = readObject(request);
  if (typeof claim === "string" && /^[\w-]+$/.test(claim) && claim.length <= longestClaim) return claim;
  throw invalidInput(`1 to ${longestClaim} characters of A to Z, a to z, 0 to 9, _ and -.`, ["claim"]);
}

/** Tells an object from the other values of JSON. */
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
