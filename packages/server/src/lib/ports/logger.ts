/** Facts of one log line: ids, codes, durations. Never a prompt, a key, a signed URL or a vendor's body. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Where the server's log lines go. `console` fits by shape; so do pino and winston behind a small adapter. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
