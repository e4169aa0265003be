/** Deep enough for what wraps errors, and an end where they are each other's causes. */
const mostCauses = 5;

/**
 * An error for the log: its stack, and those of its causes. Nothing else that it holds: some carry a whole request, with
 * its key.
 */
export function errorText(error: unknown): string {
  const texts: string[] = [];
  for (let each = error; each !== undefined && texts.length <= mostCauses; each = causeOf(each)) {
    texts.push(each instanceof Error ? stackOf(each) : String(each));
  }
  return texts.join("\ncaused by ");
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
