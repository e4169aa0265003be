import { cutText } from "../ports/cut-text.js";
import type { LogFields, Logger } from "../ports/logger.js";

/** Max characters of a field. */
const maxFieldLength = 16_000;

/**
 * Wraps the host's logger so that it never throws, and cuts long fields. A failing logger loses its line, and nothing
 * else fails.
 */
export function safeLogger(logger: Logger): Logger {
  const write = (level: keyof Logger) => (message: string, fields?: LogFields) => {
    try {
      // The type returns nothing, but the host's function may be async.
      const written: unknown =
        fields === undefined ? logger[level](message) : logger[level](message, cutFields(fields));
      if (written !== undefined) Promise.resolve(written).catch(() => {});
    } catch {
      // A failing logger cannot be logged.
    }
  };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}

function cutFields(fields: LogFields): LogFields {
  const cut = Object.entries(fields).map(([name, value]) => {
    return [name, typeof value === "string" ? cutText(value, maxFieldLength) : value] as const;
  });
  return Object.fromEntries(cut);
}
