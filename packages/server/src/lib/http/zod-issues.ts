import type { ProblemIssue } from "@safelight/client/contract";
import type { z } from "zod";

/** The issues of a schema in the shape of the contract. */
export function toIssues(error: Pick<z.core.$ZodError, "issues">): readonly ProblemIssue[] {
  return error.issues.map(({ message, path }) => ({
    message,
    path: path.map((key) => (typeof key === "symbol" ? String(key) : key)),
  }));
}
