import type { Logger } from "../ports/logger.js";

/** Logs warnings and errors to the console. Drops debug and info lines: hosts that need them pass a `logger`. */
export const consoleLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message, fields) => console.warn(`safelight: ${message}`, fields),
  error: (message, fields) => console.error(`safelight: ${message}`, fields),
};

/** The default of an event bus, which the host creates without a server. Its `info` is the end of the outage that it warned of. */
export const busConsoleLogger: Pick<Logger, "info" | "warn"> = {
  warn: consoleLogger.warn,
  info: (message) => console.info(`safelight: ${message}`),
};
