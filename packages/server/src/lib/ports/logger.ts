import type { LogEvent } from "./log-event.js";

/**
 * Fields of a log line: ids, codes, durations. Never a prompt, a key, a signed URL or the body of a vendor's response.
 */
export interface LogFields {
  /** Stable name of the line, such as `"generation.failed"`. Filter and alert by it: messages may change. */
  readonly event: LogEvent;
  readonly [name: string]: string | number | boolean | null | undefined;
}

/** Receives the server's log lines. `console` is compatible; pino and winston need a small adapter. */
export interface Logger {
  debug(message: string, fields: LogFields): void;
  info(message: string, fields: LogFields): void;
  warn(message: string, fields: LogFields): void;
  error(message: string, fields: LogFields): void;
}
