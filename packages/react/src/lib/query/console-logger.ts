/** Writes the errors of a prefetch to the console of the server that renders. */
export const consoleLogger = {
  error: (message: string, error: unknown): void => console.error(`safelight: ${message}`, error),
};
