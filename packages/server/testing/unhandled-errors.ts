/** Errors that would end a process: unhandled rejections, and exceptions that no caller catches. */
export interface UnhandledErrors {
  /** Waits until Node.js has reported the errors so far, and returns them as text. */
  settled(): Promise<readonly string[]>;
  stop(): void;
}

/** Records them from now on. The test runner records them as well, and fails the run. */
export function recordUnhandledErrors(): UnhandledErrors {
  const errors: string[] = [];
  const record = (error: unknown): void => {
    errors.push(error instanceof Error ? error.message : typeof error);
  };
  process.on("unhandledRejection", record);
  process.on("uncaughtException", record);
  return {
    async settled() {
      // A rejection counts as unhandled once the microtasks of its turn are done.
      for (let turns = 0; turns < 10; turns += 1) await new Promise((resolve) => setImmediate(resolve));
      return errors;
    },
    stop() {
      process.off("unhandledRejection", record);
      process.off("uncaughtException", record);
    },
  };
}
