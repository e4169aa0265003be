import type { SafelightError } from "@safelight/client";

/** Whether a query or the event stream was rejected because no permitted user is signed in. */
export function isSignedOut(error: unknown): boolean {
  const code = codeOf(error);
  return code === "unauthenticated" || code === "forbidden";
}

/** The code of a `SafelightError`; `undefined` for other errors, such as a `CancelledError`. */
export function codeOf(error: unknown): string | undefined {
  // Queries and the event stream reject with errors only, and other errors have no code.
  return (error as Partial<SafelightError> | null)?.code;
}
