/** Deep enough for what wraps errors, and an end where they are each other's causes. */
const mostCauses = 5;

/**
 * An error for the log: its stack, and those of its causes. Nothing else that it holds: some carry a whole request, with
 * its key.
 */
export function errorText(error: unknown): string {
  return withCauses(error)
    .map((each) => (each instanceof Error ? stackOf(each) : String(each)))
    .join("\ncaused by ");
}

/** The same in one line, without where it happened. */
export function errorLine(error: unknown): string {
  return withCauses(error).map(String).join(", caused by ");
}

function withCauses(error: unknown): readonly unknown[] {
  const all: unknown[] = [];
  for (let each = error; each !== undefined && all.length <= mostCauses; each = causeOf(each)) all.push(each);
  return all;
}

/** A connection that was tried at several addresses fails with one error for each, and the first says enough. */
function causeOf(error: unknown): unknown {
  if (error instanceof AggregateError) return error.errors[0];
  return error instanceof Error ? error.cause : undefined;
}

function stackOf(error: Error): string {
  const head = String(error);
  const { stack = head } = error;
  // The stack keeps the message that the error had when it was made.
  return stack.includes(error.message) ? stack : `${head}\n${stack}`;
}
