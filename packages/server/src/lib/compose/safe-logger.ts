import { cutText } from "../ports/cut-text.js";
import type { LogFields, Logger } from "../ports/logger.js";
import type { LogReport } from "../ports/telemetry.js";

/** Max characters of a field. */
const maxFieldLength = 16_000;

/**
 * Wraps the host's logger so that it never throws, and cuts long fields. A failing logger loses its line, and nothing
 * else fails.
 *
 * @param onLine receives the level and the event of each line; its exceptions are dropped.
 */
export function safeLogger(logger: Logger, onLine?: (report: LogReport) => void): Logger {
  const write = (level: keyof Logger) => (message: string, fields: LogFields) => {
    try {
      onLine?.({ level, event: fields.event });
    } catch {
      // Logging it would call `onLine` again.
    }
    try {
      // The type returns nothing, but the host's function may be async.
      const written: unknown = logger[level](message, cutFields(fields));
      if (written !== undefined) Promise.resolve(written).catch(() => {});
    } catch {
      // A failing logger cannot be logged.
    }
  };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}

function cutFields(fields: LogFields): LogFields {
  const { event, ...others } = fields;
  const cut = Object.entries(others).map(([name, value]) => {
    return [name, typeof value === "string" ? cutText(value, maxFieldLength) : value] as const;
  });
  return { event, ...Object.fromEntries(cut) };
}
