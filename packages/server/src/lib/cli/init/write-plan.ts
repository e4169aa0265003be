import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plan } from "./make-plan.js";

/** Writes the new files of a plan, and appends its lines. Never replaces a file, except the section of AGENTS.md. */
export function writePlan(folder: string, { additions, agents, files }: Plan): void {
  for (const { path, state, text } of files) {
    if (state !== "create") continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    // A file that was created since the plan was made stays.
    if (existsSync(join(folder, path))) throw new Error(`${path} exists by now: run init again.`);
    replaceFile(join(folder, path), text);
  }
  for (const { lines, path } of additions) append(join(folder, path), lines);
  if (agents !== null) replaceFile(join(folder, "AGENTS.md"), agents);
}

/** Writes another file first: a full disk must leave no part of a file, which the next run would keep. */
function replaceFile(path: string, text: string): void {
  const target = existsSync(path) ? realpathSync(path) : path;
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { flag: "wx" });
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** A file with variables is readable by its user only. */
function append(path: string, lines: readonly string[]): void {
  const text = readOrEmpty(path);
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  writeFileSync(path, `${separator}${lines.join("\n")}\n`, { flag: "a", ...(text === "" && { mode: modeOf(path) }) });
}

function modeOf(path: string): number {
  return /\.(env|dev\.vars)[^/\\]*$/.test(path) ? 0o600 : 0o644;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    // The cast is safe: `readFileSync` throws errors of the system.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
