import { cutText } from "../ports/cut-text.js";
import type { LogFields, Logger } from "../ports/logger.js";
import type { LogReport } from "../ports/telemetry.js";

/** Max characters of a field. */
const maxFieldLength = 16_000;

/**
 * Wraps the host's logger so that it never throws, and cuts long fields. A failing logger loses its line, and nothing
 * else fails.
 *
 * @param onLine receives the level and the event of each line; its exceptions and rejections are dropped.
 */
export function safeLogger(logger: Logger, onLine?: (report: LogReport) => void): Logger {
  const write = (level: keyof Logger) => (message: string, fields: LogFields) => {
    // Logging its failure would call `onLine` again.
    dropFailure(() => onLine?.({ level, event: fields.event }));
    // A failing logger cannot be logged.
    dropFailure(() => logger[level](message, cutFields(fields)));
  };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}

/** The types return nothing, but the host's functions may be async. */
function dropFailure(call: () => unknown): void {
  try {
    const result = call();
    if (result !== undefined) Promise.resolve(result).catch(() => {});
  } catch {
    // The comments of the calls have the reasons.
  }
}

function cutFields(fields: LogFields): LogFields {
  const { event, ...others } = fields;
  const cut = Object.entries(others).map(([name, value]) => {
    return [name, typeof value === "string" ? cutText(value, maxFieldLength) : value] as const;
  });
  return { event, ...Object.fromEntries(cut) };
}
