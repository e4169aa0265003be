import type { ModelDefinition } from "../../model/define-model.js";
import { invalidInputs } from "../errors/invalid-input.js";
import { toProblemIssues } from "../errors/problem-issues.js";

/**
 * Validates an input with the model's schema.
 *
 * @returns the output of the schema.
 * @throws {ServiceError} invalid_input, with paths from the root of the input.
 */
export async function validateInput(model: ModelDefinition, input: unknown): Promise<unknown> {
  const result = await model.schema["~standard"].validate(input);
  if (result.issues === undefined) return result.value;
  throw invalidInputs(toProblemIssues(result.issues));
}
