import type { LogFields, Logger } from "../ports/logger.js";

/** A logger that never throws, whatever the host's does: a line that cannot be written is lost, and nothing else is. */
export function safeLogger(logger: Logger): Logger {
  const write = (level: keyof Logger) => (message: string, fields?: LogFields) => {
    try {
      // By its type it returns nothing; a host's may be an async function all the same.
      const written: unknown = fields === undefined ? logger[level](message) : logger[level](message, fields);
      if (written !== undefined) Promise.resolve(written).catch(() => {});
    } catch {
      // There is nowhere left to say it.
    }
  };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}
