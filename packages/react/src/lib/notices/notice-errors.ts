import type { SafelightError } from "@safelight/client";

/** Whether the same request may succeed later. */
export function isRetryable(error: unknown): boolean {
  // The client rejects with `SafelightError`, or with a `TypeError`, which has none of its members.
  return (error as SafelightError).retryable;
}

/** Whether the same request would be refused again, also after a sign-in. */
export function isFinal(error: unknown): boolean {
  // As above.
  const { status } = error as SafelightError;
  return status?.toString()[0] === "4" && status !== 401 && status !== 403 && !isRetryable(error);
}
