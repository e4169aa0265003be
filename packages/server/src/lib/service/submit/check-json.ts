import type { Json, ProblemIssue } from "@safelight/client/contract";
import { findJsonFault } from "../../json/find-json-fault.js";
import { invalidInput } from "../errors/invalid-input.js";

/**
 * Rejects a parsed value that cannot be stored and read back unchanged.
 *
 * @param root path of the value, prepended to the issue's path.
 * @throws {ServiceError} invalid_input
 */
export function checkJson(value: unknown, root: ProblemIssue["path"] = []): asserts value is Json {
  const fault = findJsonFault(value);
  if (fault !== null) throw invalidInput(fault.message, [...root, ...fault.path]);
}
