import type { ProblemIssue } from "@safelight/client/contract";

/** An issue of Standard Schema. Zod's issues have the same shape. */
interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Max issues of a problem. */
export const maxIssues = 20;

/** Converts the first issues of a schema to those of the contract. */
export function toProblemIssues(issues: readonly SchemaIssue[]): readonly ProblemIssue[] {
  return issues.slice(0, maxIssues).map(({ message, path = [] }) => ({ message, path: path.map(toKey) }));
}

function toKey(segment: PropertyKey | { readonly key: PropertyKey }): string | number {
  const key = typeof segment === "object" ? segment.key : segment;
  return typeof key === "symbol" ? String(key) : key;
}
