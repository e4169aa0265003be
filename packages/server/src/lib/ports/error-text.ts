/** Enough for wrapped errors, and an end where errors are each other's causes. */
const maxCauses = 5;

/**
 * An error for the log: its stack and its code, and those of its causes. It leaves out every other field, because some errors
 * carry a whole request with its key. Never throws, whatever value was thrown.
 */
export function errorText(error: unknown): string {
  return withCauses(error).map(stackOf).join("\ncaused by ");
}

/** The same in one line, without stacks. Never throws. */
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

/** A connection that was tried at several addresses fails with one error for each, and the first is enough. */
function causeOf(error: unknown): unknown {
  if (!isA(Error, error)) return undefined;
  const errors = isA(AggregateError, error) ? fieldOf(error, "errors") : undefined;
  return (Array.isArray(errors) ? errors[0] : undefined) ?? fieldOf(error, "cause");
}

function stackOf(error: unknown): string {
  const head = headOf(error);
  const stack = isA(Error, error) ? fieldOf(error, "stack") : undefined;
  if (typeof stack !== "string") return head;
  // The stack keeps the message that the error had when it was made, and never shows the code.
  return stack.includes(head) ? stack : `${head}\n${stack}`;
}

/** The name and the message, with the code where the message does not have it: a certificate's message has none. */
function headOf(error: unknown): string {
  const text = textOf(error);
  const code = isA(Error, error) ? fieldOf(error, "code") : undefined;
  const isNamed = typeof code !== "string" || text.includes(code);
  return isNamed ? text : `${text} (${code})`;
}

/** An object without a prototype, or with a `toString` that throws, has no text. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "A value without a text was thrown.";
  }
}

/** The trap of a proxy may throw. */
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
