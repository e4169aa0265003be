import { inspect } from "node:util";
import type { Logger } from "../src/lib/ports/logger.js";

/** A logger that whoever must not hear a secret listens to. */
export interface Overheard {
  readonly logger: Logger;
  /** How many lines were heard. */
  lines(): number;
  /** What was said since the last time that holds one of these, in words. */
  leaksOf(secrets: readonly string[]): readonly string[];
}

/** Listens on every level. */
export function overhear(): Overheard {
  let count = 0;
  let heard: string[] = [];
  const listen: Logger["info"] = (message, fields) => {
    count += 1;
    heard.push(inspect([message, fields], { depth: null }));
  };
  return {
    logger: { debug: listen, info: listen, warn: listen, error: listen },
    lines: () => count,
    leaksOf(secrets) {
      const lines = heard;
      heard = [];
      return secrets.flatMap((secret) =>
        lines.filter((line) => line.includes(secret)).map((line) => `the log says ${secret}: ${line}`),
      );
    },
  };
}
