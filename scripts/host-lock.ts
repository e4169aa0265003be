import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./command.ts";

/** The lock files of a host, and their places in its copy: of its own manifest, and of the app that `safelight init` sets up. */
const lockFiles = { "pnpm-lock.yaml": "pnpm-lock.yaml", "app.pnpm-lock.yaml": "app/pnpm-lock.yaml" } as const;

/** Stores what a copy of a host has installed, so that a later run installs the same. */
export function writeLocks(host: string, copy: string): void {
  for (const [name, place] of Object.entries(lockFiles)) {
    const path = join(copy, place);
    if (existsSync(path)) writeFileSync(join(root, host, name), withoutPacked(readFileSync(path, "utf8")));
  }
}

/**
 * A lock file without the packed packages, whose paths and hashes differ in each run. pnpm adds them at an install, and keeps
 * the locked versions of all others, also of those that only the packed packages use.
 */
export function withoutPacked(lock: string): string {
  return (
    lock
      .replace(/^overrides:\n(?: .*\n)+\n/m, "")
      .replaceAll(/^( {6})'@safelight\/.*\n(?:\1 .*\n)*/gm, "")
      // A group, and an importer, without another package.
      .replaceAll(/^ {4}\w+:\n(?! {6})/gm, "")
      .replaceAll(/^ {2}\.:\n(?! {4})/gm, "  .: {}\n")
      .replaceAll(/^( {2})'@safelight\/.*\n(?:\1 .*\n)*\n?/gm, "")
  );
}
