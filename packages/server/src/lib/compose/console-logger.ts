import type { Logger } from "../ports/logger.js";

/** Warnings and errors to the console; the rest is for hosts that bring a logger. */
export const consoleLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message, fields) => console.warn(`safelight: ${message}`, fields ?? ""),
  error: (message, fields) => console.error(`safelight: ${message}`, fields ?? ""),
};
