import type { LogFields, Logger } from "../ports/logger.js";

/** Wraps the host's logger so that it never throws. A failing logger loses its line, and nothing else fails. */
export function safeLogger(logger: Logger): Logger {
  const write = (level: keyof Logger) => (message: string, fields?: LogFields) => {
    try {
      // The type returns nothing, but the host's function may be async.
      const written: unknown = fields === undefined ? logger[level](message) : logger[level](message, fields);
      if (written !== undefined) Promise.resolve(written).catch(() => {});
    } catch {
      // A failing logger cannot be logged.
    }
  };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}
