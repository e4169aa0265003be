/** Errors that would end a process: unhandled rejections and uncaught exceptions. */
export interface UnhandledErrors {
  /** Waits until Node.js has reported the errors so far, and returns them as text. */
  settled(): Promise<readonly string[]>;
  stop(): void;
}

/** Starts to record these errors. The test runner also sees them, and fails the run. */
export function recordUnhandledErrors(): UnhandledErrors {
  const errors: string[] = [];
  const record = (error: unknown): void => {
    errors.push(error instanceof Error ? error.message : typeof error);
  };
  process.on("unhandledRejection", record);
  process.on("uncaughtException", record);
  return {
    async settled() {
      // Node.js reports an unhandled rejection after the microtasks of its turn.
      for (let turns = 0; turns < 10; turns += 1) await new Promise((resolve) => setImmediate(resolve));
      return errors;
    },
    stop() {
      process.off("unhandledRejection", record);
      process.off("uncaughtException", record);
    },
  };
}
