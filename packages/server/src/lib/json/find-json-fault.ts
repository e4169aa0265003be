import type { Json, ProblemIssue } from "@safelight/client/contract";
import { invalidTextReason } from "./invalid-text-reason.js";

/** Max nesting, in levels. Deeper values overflow the stack of recursive code such as schemas and serializers. */
export const maxJsonDepth = 64;

/**
 * Finds the first part of a parsed value that cannot be stored and read back unchanged, or that is unsafe for code that
 * copies it: overflowed numbers, malformed Unicode, NUL characters, `__proto__` keys, excessive nesting.
 *
 * @returns `null` when the value is valid. `path` starts at the value.
 */
export function findJsonFault(value: unknown): ProblemIssue | null {
  const stack: Node[] = [{ value, key: null, parent: null, depth: 0 }];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const message = faultOf(node);
    if (message !== null) return { message, path: pathTo(node) };
    for (const child of childrenOf(node)) stack.push(child);
  }
  return null;
}

/** The depth rule of `findJsonFault`, for JSON that is not from a user. */
export function isNestedTooDeep(value: Json, depth = 0): boolean {
  if (depth > maxJsonDepth) return true;
  return (
    typeof value === "object" && value !== null && Object.values(value).some((it) => isNestedTooDeep(it, depth + 1))
  );
}

interface Node {
  readonly value: unknown;
  readonly key: string | number | null;
  readonly parent: Node | null;
  readonly depth: number;
}

function faultOf({ value, key, depth }: Node): string | null {
  if (key === "__proto__") return "The key __proto__ is not allowed.";
  if (typeof key === "string") {
    const reason = invalidTextReason(key);
    if (reason !== null) return reason;
  }
  if (depth > maxJsonDepth) return `The value is nested deeper than ${maxJsonDepth} levels.`;
  switch (typeof value) {
    case "string":
      return invalidTextReason(value);
    case "number":
      return Number.isFinite(value) ? null : "The number is out of range.";
    case "boolean":
    case "object":
      return null;
    default:
      return "The value is not JSON.";
  }
}

function* childrenOf(node: Node): Generator<Node> {
  const { value, depth } = node;
  if (typeof value !== "object" || value === null) return;
  const entries: Iterable<[string | number, unknown]> = Array.isArray(value) ? value.entries() : Object.entries(value);
  for (const [key, child] of entries) yield { value: child, key, parent: node, depth: depth + 1 };
}

function pathTo(node: Node): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: Node | null = node; at !== null && at.key !== null; at = at.parent) path.unshift(at.key);
  return path;
}
