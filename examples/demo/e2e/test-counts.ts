/** Test results of a file. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Whether a message of a child process carries test results. */
export function isTestCounts(message: unknown): message is TestCounts {
  return typeof message === "object" && message !== null && "passed" in message;
}
