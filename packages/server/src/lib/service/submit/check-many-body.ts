import type { SubmitManyBody } from "@safelight/client/contract";
import { invalidInput, invalidInputs } from "../errors/invalid-input.js";
import { ServiceError } from "../errors/service-error.js";
import type { ServiceLimits } from "../service-context.js";
import { checkSubmitBody } from "./check-submit-body.js";

/** Max number of inputs of one submit. */
export const maxManyInputs = 100;

/** Max size of all inputs of one submit, as JSON in UTF-8: that of a page of a list. */
const maxManyBytes = 1_048_576;

/**
 * Checks a submit of several generations, except for the rules of the model's schema.
 *
 * @throws {ServiceError} invalid_input, also if the limits of the owner can never accept so many; payload_too_large
 */
export function checkManyBody(
  { inputs, ...shared }: SubmitManyBody,
  limits: Pick<ServiceLimits, "maxInputBytes" | "maxActive" | "rate">,
): void {
  checkSubmitBody({ ...shared, input: null }, limits);
  if (!Array.isArray(inputs)) throw invalidInput("Must be a list of inputs.", ["inputs"]);
  const max = Math.min(maxManyInputs, limits.maxActive ?? maxManyInputs, limits.rate?.requests ?? maxManyInputs);
  if (inputs.length < 1 || inputs.length > max) throw invalidInput(`Must have 1 to ${max} inputs.`, ["inputs"]);
  for (const [index, input] of inputs.entries()) {
    withPath(index, () => checkSubmitBody({ model: shared.model, input }, limits));
  }
  const bytes = new TextEncoder().encode(JSON.stringify(inputs)).byteLength;
  if (bytes <= maxManyBytes) return;
  const detail = `The inputs have ${bytes} bytes as JSON; at most ${maxManyBytes} are allowed. Submit fewer at once.`;
  throw new ServiceError("payload_too_large", detail);
}

/** Runs the check of one input. Paths of its issues then begin with `inputs` and the index. */
function withPath<Result>(index: number, check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    throw atIndex(error, index);
  }
}

/** The error of one input, with paths from the root of the body. Other errors stay. */
export function atIndex(error: unknown, index: number): unknown {
  if (!ServiceError.isInstance(error) || error.code !== "invalid_input") return error;
  const issues = error.extensions.issues ?? [];
  return invalidInputs(issues.map((issue) => ({ ...issue, path: ["inputs", index, ...issue.path] })));
}
