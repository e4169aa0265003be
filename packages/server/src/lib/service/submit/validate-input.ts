import type { ModelDefinition } from "../../model/define-model.js";
import type { Clock } from "../../ports/clock.js";
import { fromHost } from "../errors/from-host.js";
import { invalidInputs } from "../errors/invalid-input.js";
import { toProblemIssues } from "../errors/problem-issues.js";

/**
 * Validates an input with the model's schema.
 *
 * @returns the output of the schema.
 * @throws {ServiceError} invalid_input, with paths from the root of the input; unavailable if the schema's own checks time out.
 */
export async function validateInput(
  model: ModelDefinition,
  {
    input,
    clock,
    signal,
  }: { readonly input: unknown; readonly clock: Clock; readonly signal?: AbortSignal | undefined },
): Promise<unknown> {
  const what = "The schema of the model";
  const result = await fromHost({ clock, signal, what }, () => model.schema["~standard"].validate(input));
  if (result.issues === undefined) return result.value;
  throw invalidInputs(toProblemIssues(result.issues));
}
