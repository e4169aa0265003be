import type { SafelightError } from "@safelight/client";

/** Whether nobody is signed in, or none who may see anything, as what a query or the events reject with says. */
export function isSignedOut(error: unknown): boolean {
  const code = codeOf(error);
  return code === "unauthenticated" || code === "forbidden";
}

/** The code of what a query or the events reject with: a `SafelightError`, but for a `CancelledError`; else nothing. */
export function codeOf(error: unknown): string | undefined {
  return (error as Partial<SafelightError> | null)?.code;
}
