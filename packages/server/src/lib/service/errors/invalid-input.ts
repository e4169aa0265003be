import type { ProblemIssue } from "@safelight/client/contract";
import { maxIssues } from "./problem-issues.js";
import { ServiceError } from "./service-error.js";

const maxMessageLength = 300;
const maxKeyLength = 64;
const maxPathLength = 128;

/** An error with one issue. A path in the model's input starts at the input, any other at the body or the query. */
export function invalidInput(message: string, path: ProblemIssue["path"] = []): ServiceError {
  return invalidInputs([{ message, path }]);
}

/** An error with several issues. Truncates texts from the request, which a caller can make huge. */
export function invalidInputs(issues: readonly ProblemIssue[]): ServiceError {
  const cut = issues.slice(0, maxIssues).map((issue) => ({
    message: issue.message.slice(0, maxMessageLength),
    path: issue.path.map((key) => (typeof key === "string" ? key.slice(0, maxKeyLength) : key)),
  }));
  return new ServiceError("invalid_input", cut[0] && detailOf(cut[0]), { issues: cut });
}

/** Names the field in the message, for code that shows or logs the message only. */
function detailOf({ message, path }: ProblemIssue): string {
  return path.length === 0 ? message : `${path.join(".").slice(0, maxPathLength)}: ${message}`;
}
