import type { ProblemIssue } from "../../contract/problem.js";
import { invalidInputs } from "../request/refusal.js";

/** The part of Standard Schema that validates. */
export interface InputSchema {
  readonly "~standard": {
    readonly validate: (value: unknown) => InputVerdict | Promise<InputVerdict>;
  };
}

type InputVerdict =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * Validates an input.
 *
 * @throws {Refusal} invalid_input, with paths from the root of the input.
 */
export async function checkInput(schema: InputSchema | undefined, input: unknown): Promise<unknown> {
  if (schema === undefined) return input;
  const verdict = await schema["~standard"].validate(input);
  if (verdict.issues === undefined) return verdict.value;
  throw invalidInputs(verdict.issues.map(({ message, path = [] }) => ({ message, path: path.map(toKey) })));
}

function toKey(segment: PropertyKey | { readonly key: PropertyKey }): ProblemIssue["path"][number] {
  const key = typeof segment === "object" ? segment.key : segment;
  return typeof key === "symbol" ? String(key) : key;
}
