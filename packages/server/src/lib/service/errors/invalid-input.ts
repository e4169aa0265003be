import type { ProblemIssue } from "@safelight/client/contract";
import { ServiceError } from "./service-error.js";

const maxIssues = 20;
const maxMessageLength = 300;
const maxKeyLength = 64;
const maxPathLength = 128;

/** One thing that is wrong. Paths about the model's input start at the input, all others at the body or the query. */
export function invalidInput(message: string, path: ProblemIssue["path"] = []): ServiceError {
  return invalidInputs([{ message, path }]);
}

/** Several things that are wrong; what a caller made huge is cut. */
export function invalidInputs(issues: readonly ProblemIssue[]): ServiceError {
  const cut = issues.slice(0, maxIssues).map((issue) => ({
    message: issue.message.slice(0, maxMessageLength),
    path: issue.path.map((key) => (typeof key === "string" ? key.slice(0, maxKeyLength) : key)),
  }));
  return new ServiceError("invalid_input", cut[0] && detailOf(cut[0]), { issues: cut });
}

/** Whoever shows or logs the message alone sees which field it is about. */
function detailOf({ message, path }: ProblemIssue): string {
  return path.length === 0 ? message : `${path.join(".").slice(0, maxPathLength)}: ${message}`;
}
