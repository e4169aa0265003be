import { inspect } from "node:util";
import type { Logger } from "../packages/server/src/lib/ports/logger.js";

/** A logger that records every line, to find secrets in it. */
export interface LogCapture {
  readonly logger: Logger;
  /** Number of lines so far. */
  lines(): number;
  /** Describes each line since the last call that contains one of the secrets. */
  leaksOf(secrets: readonly string[]): readonly string[];
}

/** Records every level. */
export function captureLogs(): LogCapture {
  let count = 0;
  let recorded: string[] = [];
  const record: Logger["info"] = (message, fields) => {
    count += 1;
    recorded.push(inspect([message, fields], { depth: null }));
  };
  return {
    logger: { debug: record, info: record, warn: record, error: record },
    lines: () => count,
    leaksOf(secrets) {
      const lines = recorded;
      recorded = [];
      return secrets.flatMap((secret) =>
        lines.filter((line) => line.includes(secret)).map((line) => `the log contains ${secret}: ${line}`),
      );
    },
  };
}
