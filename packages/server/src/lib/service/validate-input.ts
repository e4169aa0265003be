import type { ProblemIssue } from "@safelight/client/contract";
import type { Model } from "../model/define-model.js";
import { invalidInputs } from "./invalid-input.js";

/**
 * Runs a model's schema.
 *
 * @returns what the schema made of the input.
 * @throws {ServiceError} invalid_input, with paths from the root of the input.
 */
export async function validateInput(model: Model, input: unknown): Promise<unknown> {
  const result = await model.schema["~standard"].validate(input);
  if (result.issues === undefined) return result.value;
  throw invalidInputs(result.issues.map(({ message, path }) => ({ message, path: toPath(path ?? []) })));
}

function toPath(path: readonly (PropertyKey | { readonly key: PropertyKey })[]): ProblemIssue["path"] {
  return path.map((segment) => {
    const key = typeof segment === "object" ? segment.key : segment;
    return typeof key === "symbol" ? String(key) : key;
  });
}
