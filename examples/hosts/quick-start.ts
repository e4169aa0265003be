import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Seconds from the first command of a page to its first image. */
export interface QuickStart {
  readonly seconds: number;
  /** Installed versions, by package. */
  readonly versions: Readonly<Record<string, string>>;
}

// In a file, because the commands and the tests of a page run in separate processes. `pnpm hosts --long` reads it.
const file = join(import.meta.dirname, "quick-start.json");

/** Call it before the first command of a page. */
export function startClock(): void {
  writeFileSync(file, JSON.stringify({ startedAt: Date.now() }));
}

/** Call it once the first image of a page is there. Later calls change nothing. */
export function stopClock(versions: QuickStart["versions"]): void {
  const { seconds, startedAt } = JSON.parse(readFileSync(file, "utf8"));
  if (seconds !== undefined) return;
  const result: QuickStart = { seconds: Math.ceil((Date.now() - startedAt) / 1_000), versions };
  writeFileSync(file, JSON.stringify({ startedAt, ...result }));
}
