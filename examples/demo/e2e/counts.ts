/** How many tests ended how. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Tells whether a message between processes is what a file's tests came to. */
export function isCounts(message: unknown): message is Counts {
  return typeof message === "object" && message !== null && "passed" in message;
}
