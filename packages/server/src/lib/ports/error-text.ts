import { cutText } from "./cut-text.js";

/** Max depth of the cause chain. It also ends the chain of errors that are each other's causes. */
const maxCauses = 5;
/** Max characters of a message: a provider's error may contain a whole response. */
const maxMessageLength = 1_000;
/** Max characters of a stack, with its message. */
const maxStackLength = 4_000;

/**
 * Formats an error for the log: stack and code of the error and of each cause. Omits every other field, because some
 * errors carry a whole request with its API key. Cuts long messages and stacks. Never throws, for any thrown value.
 */
export function errorText(error: unknown): string {
  return withCauses(error).map(stackOf).join("\ncaused by ");
}

/** Formats an error and its causes on one line, without stacks. Never throws. */
export function errorLine(error: unknown): string {
  return withCauses(error).map(headOf).join(", caused by ");
}

function withCauses(error: unknown): readonly unknown[] {
  const all = [error];
  for (let cause = causeOf(error); isGiven(cause) && all.length <= maxCauses; cause = causeOf(cause)) all.push(cause);
  return all;
}

/** Some libraries set `cause: null` on every error. */
function isGiven(cause: unknown): boolean {
  return cause !== undefined && cause !== null;
}

/** A connection attempt to several addresses fails with one error per address; the first one is enough. */
function causeOf(error: unknown): unknown {
  if (!isA(Error, error)) return undefined;
  const errors = isA(AggregateError, error) ? fieldOf(error, "errors") : undefined;
  return (Array.isArray(errors) ? errors[0] : undefined) ?? fieldOf(error, "cause");
}

function stackOf(error: unknown): string {
  const head = headOf(error);
  const stack = isA(Error, error) ? fieldOf(error, "stack") : undefined;
  if (typeof stack !== "string") return head;
  const text = fullHeadOf(error);
  // The stack contains the message from the time of construction, and never the code.
  return cutText(stack.includes(text) ? stack.replace(text, () => head) : `${head}\n${stack}`, maxStackLength);
}

function headOf(error: unknown): string {
  return cutText(fullHeadOf(error), maxMessageLength);
}

/** Name and message. Appends the code if the message lacks it, as certificate errors do. */
function fullHeadOf(error: unknown): string {
  const text = textOf(error);
  const code = isA(Error, error) ? fieldOf(error, "code") : undefined;
  const isNamed = typeof code !== "string" || text.includes(code);
  return isNamed ? text : `${text} (${code})`;
}

/** `String` throws for an object without a prototype, or with a `toString` that throws. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "A value without a text was thrown.";
  }
}

/** A proxy trap may throw. */
function isA<T>(type: abstract new (...parameters: never) => T, value: unknown): value is T {
  try {
    return value instanceof type;
  } catch {
    return false;
  }
}

/** A getter may throw. */
function fieldOf(error: Error, name: "cause" | "code" | "errors" | "stack"): unknown {
  try {
    return Reflect.get(error, name);
  } catch {
    return undefined;
  }
}
