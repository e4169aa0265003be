import type { ProblemIssue } from "@safelight/client/contract";

/** What a schema found wrong, in the words of Standard Schema, which zod's fit too. */
interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The issues of a schema in the shape of the contract. */
export function toProblemIssues(issues: readonly SchemaIssue[]): readonly ProblemIssue[] {
  return issues.map(({ message, path = [] }) => ({ message, path: path.map(toKey) }));
}

function toKey(segment: PropertyKey | { readonly key: PropertyKey }): string | number {
  const key = typeof segment === "object" ? segment.key : segment;
  return typeof key === "symbol" ? String(key) : key;
}
