import type { Json, ProblemIssue } from "@safelight/client/contract";
import { invalidInput } from "../service/errors/invalid-input.js";
import { textFaultOf } from "./invalid-text-reason.js";

/** Deeper values make recursive code overflow, in schemas as in serializers. */
export const deepestNesting = 64;

/**
 * Refuses what parses as JSON but cannot be kept and given back as it is, or harms code that is less careful: numbers
 * that overflowed, broken Unicode, NUL characters, `__proto__` keys, and nesting without end.
 *
 * @param root where the value is, for the issue's path.
 * @throws {ServiceError} invalid_input
 */
export function checkJson(value: unknown, root: ProblemIssue["path"] = []): asserts value is Json {
  const stack: Place[] = [{ value, key: null, parent: null, depth: 0 }];
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    const fault = faultOf(place);
    if (fault !== null) throw invalidInput(fault, [...root, ...pathTo(place)]);
    for (const child of childrenOf(place)) stack.push(child);
  }
}

/** The rule of `checkJson` on nesting, for JSON that did not come from a user. */
export function isNestedTooDeep(value: Json, depth = 0): boolean {
  if (depth > deepestNesting) return true;
  return (
    typeof value === "object" && value !== null && Object.values(value).some((it) => isNestedTooDeep(it, depth + 1))
  );
}

interface Place {
  readonly value: unknown;
  readonly key: string | number | null;
  readonly parent: Place | null;
  readonly depth: number;
}

function faultOf({ value, key, depth }: Place): string | null {
  if (key === "__proto__") return "The key __proto__ is not allowed.";
  if (typeof key === "string") {
    const fault = textFaultOf(key);
    if (fault !== null) return fault;
  }
  if (depth > deepestNesting) return `The value is nested deeper than ${deepestNesting} levels.`;
  switch (typeof value) {
    case "string":
      return textFaultOf(value);
    case "number":
      return Number.isFinite(value) ? null : "The number is out of range.";
    case "boolean":
    case "object":
      return null;
    default:
      return "The value is not JSON.";
  }
}

function* childrenOf(place: Place): Generator<Place> {
  const { value, depth } = place;
  if (typeof value !== "object" || value === null) return;
  const entries: Iterable<[string | number, unknown]> = Array.isArray(value) ? value.entries() : Object.entries(value);
  for (const [key, child] of entries) yield { value: child, key, parent: place, depth: depth + 1 };
}

function pathTo(place: Place): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: Place | null = place; at !== null && at.key !== null; at = at.parent) path.unshift(at.key);
  return path;
}
