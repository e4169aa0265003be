/** How many tests ended how. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Tells whether a message between processes is what a file's tests came to. */
export function isTestCounts(message: unknown): message is TestCounts {
  return typeof message === "object" && message !== null && "passed" in message;
}
