import type { ModelDefinition } from "../../model/define-model.js";
import { invalidInputs } from "../errors/invalid-input.js";
import { toProblemIssues } from "../errors/problem-issues.js";

/**
 * Runs a model's schema.
 *
 * @returns what the schema made of the input.
 * @throws {ServiceError} invalid_input, with paths from the root of the input.
 */
export async function validateInput(model: ModelDefinition, input: unknown): Promise<unknown> {
  const result = await model.schema["~standard"].validate(input);
  if (result.issues === undefined) return result.value;
  throw invalidInputs(toProblemIssues(result.issues));
}
